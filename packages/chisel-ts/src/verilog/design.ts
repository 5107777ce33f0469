import type { ModuleIr } from "../ir.ts";
import { type Manifest, type ModuleManifest, moduleManifest } from "./manifest.ts";
import { emitModule } from "./module.ts";
import { checkName } from "./names.ts";

export interface DesignFile {
  /** `mac.v` */
  readonly name: string;
  readonly text: string;
  readonly module: ModuleIr;
}

export interface Design {
  /** One file per module, each after those it places; the top is the last. */
  readonly files: readonly DesignFile[];
  readonly manifest: Manifest;
}

/** A module and all below it, each once and after those that it places. */
export function modulesBelow(top: ModuleIr): readonly ModuleIr[] {
  const found = new Set<ModuleIr>();
  const visit = (module: ModuleIr): void => {
    if (found.has(module)) return;
    for (const { module: child } of module.instances) visit(child);
    found.add(module);
  };
  visit(top);
  return [...found];
}

/**
 * The Verilog of a module and all below it. Modules of equal text are one; different modules of one name
 * are told apart by `_1`, `_2`, … in the order of the files, and the top keeps its name.
 *
 * @throws CircuitError when a name cannot stand in Verilog.
 */
export function emitDesign(top: ModuleIr): Design {
  const modules = modulesBelow(top);
  const wanted = new Set(modules.map(({ name }) => name));
  const taken = new Set([top.name]);
  const names = new Map<ModuleIr, string>();
  const byText = new Map<string, string>();
  const files: DesignFile[] = [];
  const manifests: ModuleManifest[] = [];

  for (const module of modules) {
    checkName({ name: module.name, role: "the module", location: module.location });
    const emit = (name: string): string =>
      emitModule(module, (other) => (other === module ? name : (names.get(other) ?? other.name)));
    const plain = emit(module.name);
    const same = byText.get(plain);
    const isTop = module === top;
    const free = isTop || !taken.has(module.name);
    const name = (isTop ? undefined : same) ?? (free ? module.name : numbered(module.name));
    names.set(module, name);
    if (same !== undefined && !isTop) continue;
    taken.add(name);
    byText.set(plain, name);
    const file = `${name}.v`;
    files.push({ name: file, text: name === module.name ? plain : emit(name), module });
    manifests.push(moduleManifest(module, file, (other) => names.get(other) ?? other.name));
  }
  return { files, manifest: { top: top.name, modules: manifests } };

  function numbered(base: string): string {
    let count = 1;
    while (taken.has(`${base}_${count}`) || wanted.has(`${base}_${count}`)) count += 1;
    return `${base}_${count}`;
  }
}
