import { emitted } from "../black-box.ts";
import { CircuitError } from "../errors.ts";
import { checkModule, modulesBelow } from "../hierarchy.ts";
import type { ModuleIr } from "../ir.ts";
import { checkKeys } from "../keys.ts";
import { needed } from "../needed.ts";
import type { TextFile } from "./files.ts";
import {
  blackBoxManifest,
  type Manifest,
  type ModuleManifest,
  moduleManifest,
} from "./manifest.ts";
import { emitModule } from "./module.ts";
import { checkName } from "./names.ts";

export interface DesignFile extends TextFile {
  /** `mac.v`: the Verilog name of the module. */
  readonly name: string;
  readonly module: ModuleIr;
}

export interface Design {
  /** One file per module, each after those it places; the top is the last. The Verilog of black boxes comes first. */
  readonly files: readonly DesignFile[];
  readonly manifest: Manifest;
}

/** How the modules of a design are called, and what stands for black boxes. */
export interface DesignOptions {
  /** Stands before every name but those of black boxes. */
  readonly prefix?: string;
  /** Whether the model of a black box without Verilog is written in its place. */
  readonly models?: boolean;
}

/**
 * The Verilog of a module and all below it. Modules of equal text are one; different modules of one name
 * are distinguished by `_1`, `_2`, … in the order of the files, and the top keeps its name. Names that differ
 * in case alone count as one.
 *
 * @throws CircuitError when a name cannot stand in Verilog.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * const [{ name, text }] = emitDesign(inverter).files;
 * console.log(`${name} ${text.includes("module inverter")}`); // inverter.v true
 */
export function emitDesign(top: ModuleIr, options: DesignOptions = {}): Design {
  checkModule(top);
  checkKeys("emitDesign", options, ["prefix", "models"]);
  const { prefix = "" } = options;
  checkName({ name: `${prefix}${top.name}`, role: "the module", location: top.location });
  const { files, nameOf, boxes } = emit([top], options);
  const own = files.filter(({ module }) => module.external === undefined);
  const modules = own.map(
    ({ name, module }): ModuleManifest => moduleManifest(module, name, nameOf),
  );
  const last = own.at(-1);
  if (!last) throw new CircuitError(`${top.name} is a black box: there is nothing to emit`);
  return {
    files,
    manifest: {
      top: nameOf(last.module),
      modules,
      ...(boxes.length > 0 && { black_boxes: boxes.map(blackBoxManifest) }),
    },
  };
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
  /** Whether the model of a black box without Verilog is written in its place. */
  readonly models?: boolean;
}

/**
 * The Verilog of several modules and all below them, to be read together: as `emitDesign`, each of the
 * modules by its own name.
 *
 * @throws CircuitError when two of the modules have one name, or one has a name that is taken.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * const buffer = module({ name: "buffer", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x));
 * console.log(emitTogether([inverter, buffer]).map(({ name }) => name).join()); // inverter.v,buffer.v
 */
export const emitTogether = (
  tops: readonly ModuleIr[],
  naming: Naming = {},
): readonly DesignFile[] => {
  if (!Array.isArray(tops))
    throw needed("a list of modules", tops, "emitTogether([first, second])");
  for (const top of tops) checkModule(top, "emitTogether([first, second])");
  checkKeys("emitTogether", naming, ["prefix", "reserved", "models"]);
  return emit(tops, naming).files;
};

interface Emitted {
  readonly files: readonly DesignFile[];
  readonly nameOf: (module: ModuleIr) => string;
  /** Black boxes whose models are not written. */
  readonly boxes: readonly ModuleIr[];
}

function emit(given: readonly ModuleIr[], naming: Naming): Emitted {
  const { prefix = "", reserved = [], models = false } = naming;
  const tops = given.map((top) => emitted(top, models));
  const all = modulesBelow(...tops);
  const boxes = all.filter(({ external }) => external !== undefined);
  const modules = all.filter(({ external }) => external === undefined);
  const base = ({ name, external }: ModuleIr): string => (external ? name : `${prefix}${name}`);
  const own = new Set(tops.filter(({ external }) => external === undefined));
  const used = topNames([...own].map(base), [...reserved, ...boxes.map(base)]);
  const wanted = new Set(modules.map((module) => base(module).toLowerCase()));
  const names = new Map<ModuleIr, string>();
  const byText = new Map<string, string>();
  const files = blackBoxFiles(boxes);

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
  return { files, boxes, nameOf: (module) => names.get(module) ?? base(module) };

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

/** The Verilog that was given with black boxes, each file once. */
function blackBoxFiles(boxes: readonly ModuleIr[]): DesignFile[] {
  const files = new Map<string, DesignFile>();
  for (const module of boxes) {
    const { name, location } = module;
    const text = module.external?.verilog;
    const before = files.get(name.toLowerCase());
    if (text === undefined) continue;
    if (before && before.text !== text) {
      throw new CircuitError(
        `two black boxes are called \`${name}\` and have other Verilog`,
        location,
      );
    }
    files.set(name.toLowerCase(), { name: `${name}.v`, text, module });
  }
  return [...files.values()];
}
