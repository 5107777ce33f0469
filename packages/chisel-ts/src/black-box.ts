import { CircuitError } from "./errors.ts";
import { changedHierarchy, modulesBelow } from "./hierarchy.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { Location } from "./location.ts";
import type { Module } from "./module.ts";
import { type Bundle, flattenPorts } from "./ports.ts";
import { usualReset } from "./reset.ts";
import { typeName } from "./types.ts";
import { constantText } from "./verilog/constant.ts";
import { checkForeignName, checkNames } from "./verilog/names.ts";

export interface BlackBoxOptions<P extends Bundle> {
  /** What the module is called in its Verilog. */
  readonly name: string;
  readonly description?: string;
  /** Its ports by their names there, but its clock and its reset. */
  readonly ports: P;
  /** Values of its Verilog parameters, given where it is placed. */
  readonly parameters?: Readonly<Record<string, ir.VerilogConstant>>;
  /** The port that the clock goes to; left out, it has none. */
  readonly clock?: string;
  /** The port that the reset goes to, and the level that resets, high where it is not given. */
  readonly reset?: { readonly port: string; readonly active?: ir.ResetStyle["active"] };
  /** Its Verilog, which is written beside the design's and read by simulators, yosys and the prover. */
  readonly verilog?: string;
  /** A circuit with the same ports that does the same: what the in-process engines run. */
  readonly model?: Module<P>;
  /** Without a model: outputs that depend on no input within the cycle, by their names. */
  readonly registered?: readonly string[];
}

const options = ["name", "description", "ports", "parameters", "clock", "reset"] as const;
const bodies = ["verilog", "model", "registered"] as const;

/**
 * A module that is written in Verilog elsewhere: a macro, a primitive of an FPGA, a core that was bought. It is placed as any
 * other. Its parameters stay parameters in the Verilog.
 *
 * @throws CircuitError for names that cannot stand in Verilog, a model with other ports, and a clock or reset that only one of
 *   box and model has.
 *
 * @example
 * const ports = { A: input(uint(16)), O: output(uint(16)) };
 * console.log(blackBox({ name: "MACRO", ports, clock: "CLK", parameters: { WIDTH: 16 } }).clocked); // true
 */
export function blackBox<P extends Bundle>(given: BlackBoxOptions<P>): Module<P> {
  checkKeys("a black box", given, [...options, ...bodies]);
  const { name, description, ports, parameters = {}, clock, reset, verilog, model } = given;
  const location = Location.capture();
  const portList = flattenPorts(ports);
  const implicit = [
    ...(clock === undefined ? [] : [{ name: clock, role: "the clock" }]),
    ...(reset === undefined ? [] : [{ name: reset.port, role: "the reset" }]),
    ...Object.keys(parameters).map((key) => ({ name: key, role: "the parameter" })),
  ];
  const fail = (why: string): never => {
    throw new CircuitError(`the black box \`${name}\` ${why}`, location);
  };
  for (const item of implicit) {
    checkForeignName({ ...item, location });
    if (portList.some((port) => port.name === item.name)) {
      fail(`has \`${item.name}\` both as ${item.role} and among its ports`);
    }
  }
  for (const [key, value] of Object.entries(parameters)) constantText(key, value, location);
  if (reset !== undefined) checkKeys("the reset of a black box", reset, ["port", "active"]);
  if (reset !== undefined && clock === undefined) fail("has a reset and no clock");
  if (model !== undefined && given.registered !== undefined) {
    fail("has a model, which says what is `registered`");
  }
  if (model !== undefined) compare(portList, given, model, fail);
  const external: ir.External = Object.freeze({
    parameters,
    clock,
    verilog,
    hasModel: model !== undefined,
    reset: reset && { port: reset.port, active: reset.active ?? "high" },
  });
  const box: Module<P> = Object.freeze({
    ...(model ?? empty(portList, given.registered ?? [], location, fail)),
    name,
    origin: undefined,
    description,
    parameters: plain(parameters),
    location,
    ports,
    portList,
    external,
    clocked: clock !== undefined,
  });
  checkNames(box);
  return box;
}

/** Without a model: nothing inside. */
function empty(
  portList: readonly ir.PortInfo[],
  registered: readonly string[],
  location: Location,
  fail: (why: string) => never,
): Omit<ir.ModuleIr, "name" | "description" | "parameters"> {
  const nodes = (direction: ir.PortInfo["direction"]) =>
    portList
      .filter((port) => port.direction === direction)
      .map(({ name, type }) => ({ name, type, width: type.width, location }));
  const inputs = nodes("input").map((node): ir.Input => Object.freeze({ kind: "input", ...node }));
  const outputs = nodes("output").map((node): ir.Wire => Object.freeze({ kind: "wire", ...node }));
  const unknown = registered.find((name) => !outputs.some((output) => output.name === name));
  if (unknown !== undefined) fail(`has no output \`${unknown}\` that could be registered`);
  const all = new Set(inputs.map(({ name }) => name));
  const none: readonly never[] = [];
  return {
    origin: undefined,
    latency: undefined,
    location,
    portList,
    inputs,
    outputs,
    drivers: new Map(),
    registers: new Map(),
    memories: none,
    tables: none,
    reads: none,
    writes: none,
    instances: none,
    checks: none,
    displays: none,
    named: none,
    unused: none,
    external: undefined,
    clocked: false,
    reset: usualReset,
    combinational: new Map(
      outputs.map(({ name }) => [name, registered.includes(name) ? new Set<string>() : all]),
    ),
  };
}

function compare(
  portList: readonly ir.PortInfo[],
  { clock, reset }: { readonly clock?: unknown; readonly reset?: unknown },
  model: Module,
  fail: (why: string) => never,
): void {
  const text = ({ name, direction, type }: ir.PortInfo): string =>
    `${direction} \`${name}\` of ${typeName(type)}`;
  const [own, others] = [portList.map(text), model.portList.map(text)];
  const missing = own.find((port) => !others.includes(port));
  const more = others.find((port) => !own.includes(port));
  if (missing !== undefined) fail(`has the ${missing}, and its model has not`);
  if (more !== undefined) fail(`has a model with the ${more}, which the box has not`);
  if (model.clocked && clock === undefined) {
    fail("has a model with a clock: `clock` says which port it goes to");
  }
  const starts = [...model.registers.keys()].some((register) => register.reset !== undefined);
  if (reset === undefined && starts && model.reset.kind !== "none") {
    fail(
      "has a model with a reset: `reset` says which port it goes to, or make it a model without, by `resetStyle`",
    );
  }
}

const plain = (
  parameters: Readonly<Record<string, ir.VerilogConstant>>,
): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [
      key,
      typeof value === "number" ? value : String(value),
    ]),
  );

/**
 * @throws CircuitError naming a black box of the hierarchy that has no model.
 *
 * @example
 * const inverter = module({ name: "inverter", ports: { x: input(bool()), y: output(bool()) } }, (io) => io.y.set(io.x.not()));
 * checkBlackBoxes(inverter);
 */
export function checkBlackBoxes(top: ir.ModuleIr): void {
  for (const { external, name, location } of modulesBelow(top)) {
    if (!external || external.hasModel) continue;
    throw new CircuitError(
      `the black box \`${name}\` has no model, so nothing in this process can run it; give blackBox a \`model\``,
      location,
    );
  }
}

/**
 * The hierarchy as it is emitted: a black box is its Verilog alone, or, where it has none and its model is to stand for it, a
 * module like any other.
 *
 * @throws CircuitError where a model is to stand for a black box that has neither.
 */
export const emitted = (top: ir.ModuleIr, withModels: boolean): ir.ModuleIr =>
  changedHierarchy(top, (one) => {
    const { external, name, location } = one;
    if (!external) return one;
    if (!withModels || external.verilog !== undefined) return { ...one, instances: [] };
    if (external.hasModel) return { ...one, external: undefined };
    throw new CircuitError(
      `the black box \`${name}\` has neither Verilog nor a model, so nobody knows what it does; give blackBox one of them`,
      location,
    );
  });
