import { CircuitError } from "../errors.ts";
import { modulesBelow } from "../hierarchy.ts";
import type { ModuleIr } from "../ir.ts";
import { checkKeys } from "../keys.ts";
import type { TextFile } from "./files.ts";
import { type Manifest, type ModuleManifest, moduleManifest } from "./manifest.ts";
import { emitModule } from "./module.ts";
import { checkName } from "./names.ts";

export interface DesignFile extends TextFile {
  /** `mac.v`: the Verilog name of the module. */
  readonly name: string;
  readonly module: ModuleIr;
}

export interface Design {
  /** One file per module, each after those it places; the top is the last. */
  readonly files: readonly DesignFile[];
  readonly manifest: Manifest;
}

/** How the modules of a design are called. */
export interface DesignNames {
  /** Stands before every name. */
  readonly prefix?: string;
}

/**
 * The Verilog of a module and all below it. Modules of equal text are one; different modules of one name
 * are told apart by `_1`, `_2`, … in the order of the files, and the top keeps its name. Names that differ
 * in case alone count as one.
 *
 * @throws CircuitError when a name cannot stand in Verilog.
 */
export function emitDesign(top: ModuleIr, options: DesignNames = {}): Design {
  checkKeys("emitDesign", options, ["prefix"]);
  const { prefix = "" } = options;
  checkName({ name: `${prefix}${top.name}`, role: "the module", location: top.location });
  const { files, nameOf } = emit([top], { prefix });
  const modules = files.map(
    ({ name, module }): ModuleManifest => moduleManifest(module, name, nameOf),
  );
  return { files, manifest: { top: nameOf(top), modules } };
}

/** How the modules of a design are called in a text that is not the design's alone. */
export interface Naming {
  /**
   * Stands before every name. Names of users begin with a letter: what begins with an underscore meets none
   * of them, and nothing that a library or a tool brings along.
   */
  readonly prefix?: string;
  /** Names that the text around the design has: a top may not have one, a module below is numbered. */
  readonly reserved?: Iterable<string>;
}

/**
 * The Verilog of several modules and all below them, to be read together: as `emitDesign`, each of the
 * modules by its own name.
 *
 * @throws CircuitError when two of the modules have one name, or one has a name that is taken.
 */
export const emitTogether = (
  tops: readonly ModuleIr[],
  naming: Naming = {},
): readonly DesignFile[] => {
  checkKeys("emitTogether", naming, ["prefix", "reserved"]);
  return emit(tops, naming).files;
};

interface Emitted {
  readonly files: readonly DesignFile[];
  readonly nameOf: (module: ModuleIr) => string;
}

function emit(tops: readonly ModuleIr[], { prefix = "", reserved = [] }: Naming): Emitted {
  const modules = modulesBelow(...tops);
  const base = ({ name }: ModuleIr): string => `${prefix}${name}`;
  const own = new Set(tops);
  const used = topNames([...own].map(base), reserved);
  const wanted = new Set(modules.map((module) => base(module).toLowerCase()));
  const names = new Map<ModuleIr, string>();
  const byText = new Map<string, string>();
  const files: DesignFile[] = [];

  for (const module of modules) {
    checkName({ name: module.name, role: "the module", location: module.location });
    const text = (name: string): string =>
      emitModule(module, (other) => (other === module ? name : (names.get(other) ?? base(other))));
    const plain = text(base(module));
    const isTop = own.has(module);
    const same = isTop ? undefined : byText.get(plain);
    const free = isTop || !used.has(base(module).toLowerCase());
    const name = same ?? (free ? base(module) : numbered(base(module)));
    names.set(module, name);
    if (same !== undefined) continue;
    used.add(name.toLowerCase());
    byText.set(plain, name);
    files.push({ name: `${name}.v`, text: name === base(module) ? plain : text(name), module });
  }
  return { files, nameOf: (module) => names.get(module) ?? base(module) };

  function numbered(name: string): string {
    let count = 1;
    const isUsed = (other: string): boolean => used.has(other) || wanted.has(other);
    while (isUsed(`${name}_${count}`.toLowerCase())) count += 1;
    return `${name}_${count}`;
  }
}

/** The names that are used before anything below the tops is named, in lower case. */
function topNames(names: readonly string[], reserved: Iterable<string>): Set<string> {
  const used = new Set([...reserved].map((name) => name.toLowerCase()));
  for (const name of names) {
    if (used.has(name.toLowerCase())) {
      throw new CircuitError(
        `two modules that are read together are called \`${name}\`; give one of them another name`,
      );
    }
    used.add(name.toLowerCase());
  }
  return used;
}
