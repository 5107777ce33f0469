import { CircuitError } from "../errors.ts";
import type { ModuleIr, ResetStyle } from "../ir.ts";
import type { Location } from "../location.ts";
import { reservedPorts, reservedWords } from "./reserved-words.ts";

/**
 * The naming policy. Names of ports, registers, wires, memories, memory reads, instances and checks are
 * exact: a clash is an error. Names of combinational values give way: a number is added where the name
 * is taken, an underscore where it is reserved.
 */
const form = /^[A-Za-z][A-Za-z0-9_]*$/;
/** Characters of the longest name: files and C++ classes are called after modules, with more around it. */
const longest = 200;
/** What modules with state have without saying so. */
export const implicit: ReadonlySet<string> = new Set(["clock", "reset"]);
/** The reset of modules where it is active low. */
const lowReset = "reset_n";

export const isIdentifier = (name: unknown): name is string =>
  typeof name === "string" && form.test(name);

interface ExplicitName {
  readonly name: string;
  /** `the register`, `the input`: how a message calls it. */
  readonly role: string;
  readonly location: Location;
}

/** @throws CircuitError when the name is no identifier of letters, digits and underscores. */
function checkForm({ name, role, location }: ExplicitName): void {
  if (!isIdentifier(name)) {
    throw new CircuitError(
      `\`${String(name).slice(0, longest)}\` cannot name ${role}: a name is a letter, then letters, digits and underscores`,
      location,
    );
  }
  if (name.length > longest) {
    throw new CircuitError(
      `\`${name.slice(0, 24)}…\` cannot name ${role}: it has ${name.length} characters, and ` +
        `${longest} are the most`,
      location,
    );
  }
}

/** @throws CircuitError for a name of a module that is written elsewhere which is none of Verilog's. */
export function checkForeignName(item: ExplicitName): void {
  checkForm(item);
  const { name, role, location } = item;
  if (reservedWords.has(name)) {
    throw new CircuitError(
      `\`${name}\` cannot name ${role}: it is a reserved word of Verilog; \`${name}_\` would do`,
      location,
    );
  }
}

/**
 * @throws CircuitError when the name cannot stand in Verilog exactly as it is.
 *
 * @example
 * checkName({ name: "sum", role: "the output" });
 */
export function checkName(item: ExplicitName): void {
  checkForeignName(item);
  const { name, role, location } = item;
  if (isPort(role) && reservedPorts.has(name)) {
    throw new CircuitError(
      `\`${name}\` cannot name ${role}: it is a word of C++, into which Verilator translates ports; ` +
        `\`${name}_\` would do`,
      location,
    );
  }
  if (implicit.has(name)) {
    throw new CircuitError(
      `\`${name}\` cannot name ${role}: modules with state have an implicit \`${name}\`; choose another`,
      location,
    );
  }
}

const isPort = (role: string): boolean => role === "the input" || role === "the output";

/** Every name of a module that must reach the Verilog unchanged. */
export function explicitNames(ir: ModuleIr): readonly ExplicitName[] {
  const outputs = new Set(ir.outputs);
  const wires = [...ir.drivers.keys()].filter((wire) => !outputs.has(wire));
  const as = (role: string) => (item: { readonly name: string; readonly location: Location }) => ({
    name: item.name,
    role,
    location: item.location,
  });
  return [
    ...ir.inputs.map(as("the input")),
    ...ir.outputs.map(as("the output")),
    ...wires.map(as("the wire")),
    ...[...ir.registers.keys()].map(as("the register")),
    ...ir.memories.map(as("the memory")),
    ...ir.tables.map(as("the table")),
    ...ir.reads.map(({ node }) => as("the memory read")(node)),
    ...ir.instances.map(as("the instance")),
    ...ir.checks.map(({ kind, label, location }) => ({
      name: label,
      role: `the ${kind}`,
      location,
    })),
  ];
}

/**
 * Checks all the names of a module.
 *
 * @throws CircuitError for a name that is malformed or reserved, and for two signals of one name.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * checkNames(inverter);
 */
export function checkNames(ir: ModuleIr): void {
  checkName({ name: ir.name, role: "the module", location: ir.location });
  const reserved = new Map<string, ExplicitName>();
  for (const item of explicitNames(ir)) {
    checkName(item);
    if (item.name === lowReset && ir.reset.active === "low") {
      throw new CircuitError(
        `\`${lowReset}\` cannot name ${item.role}: the active-low reset of \`${ir.name}\` has the name`,
        item.location,
      );
    }
    const before = reserved.get(item.name);
    if (before) {
      throw new CircuitError(
        `\`${item.name}\` names both ${before.role} of ${before.location} and ${item.role} of ` +
          `${item.location} in module \`${ir.name}\`; give one of them another name`,
      );
    }
    reserved.set(item.name, item);
  }
  for (const { name, node } of ir.named) {
    checkForm({ name, role: "the value", location: node.location });
  }
}

/** Hands out identifiers that are free. */
export class Names {
  readonly #used: Set<string>;
  readonly #counters = new Map<string, number>();

  constructor(reserved: Iterable<string>, { active }: ResetStyle) {
    this.#used = new Set([...reserved, ...implicit, ...(active === "low" ? [lowReset] : [])]);
  }

  /** `wanted`, or the first of `wanted_1`, `wanted_2`, … that is free; `wanted_` for a reserved word. */
  unique(wanted: string): string {
    const base = reservedWords.has(wanted) ? `${wanted}_` : wanted;
    return this.#take(base) ?? this.numbered(wanted);
  }

  /** The next free of `base_1`, `base_2`, …. */
  numbered(base: string): string {
    for (;;) {
      const count = (this.#counters.get(base) ?? 0) + 1;
      this.#counters.set(base, count);
      const name = this.#take(`${base}_${count}`);
      if (name !== undefined) return name;
    }
  }

  #take(name: string): string | undefined {
    if (this.#used.has(name)) return undefined;
    this.#used.add(name);
    return name;
  }
}
