import { CircuitError, checkModule, type ir, resetPortOf } from "@chisel-ts/core";

export interface InstanceOptions {
  /** What the instance is called: that of a property's subject `dut` or what the property likes. */
  readonly name: string;
  /** What stands at a port, where it is not a signal of the port's name: an expression at an input, a name at an output. */
  readonly ports?: Readonly<Record<string, string>>;
  /** The prefix that the property gives the modules. */
  readonly prefix?: string;
}

/**
 * The Verilog of an instance of a module in a property's checker, with a wire for each of its outputs. Clock and reset are
 * `clock` and `reset`. So a specification can be built on circuits: those of its `helpers`.
 *
 * @throws CircuitError for a port that the module has not.
 * @example
 * console.log(instantiate(mac(), { name: "dut", ports: { sum: "found" } }).includes(".sum(found)")); // true
 */
export function instantiate(module: ir.ModuleIr, options: InstanceOptions): string {
  checkModule(module, usage);
  if (typeof options?.name !== "string") throw new CircuitError(`an instance has a name: ${usage}`);
  const { name, ports = {}, prefix = "" } = options;
  const { portList } = module;
  const unknown = Object.keys(ports).find((port) => !portList.some((one) => one.name === port));
  if (unknown !== undefined) {
    const names = portList.map((port) => port.name).join(", ");
    throw new CircuitError(`${module.name} has no port \`${unknown}\`; it has ${names}`);
  }
  const at = (port: ir.PortInfo): string => ports[port.name] ?? port.name;
  const wires = portList
    .filter(({ direction }) => direction === "output")
    .map((port) => `wire ${typeOf(port)}${at(port)};`);
  const connected = [
    ...implicitConnections(module),
    ...portList.map((port) => `.${port.name}(${at(port)})`),
  ];
  return [...wires, `${prefix}${module.name} ${name}(${connected.join(", ")});`].join("\n  ");
}

const usage = 'instantiate(module, { name: "dut" })';

/**
 * The inputs of a checker around a module, clock and reset first where it has a clock: `input [7:0] weight`.
 *
 * @example
 * console.log(inputsOf(mac()).slice(0, 2).join(", ")); // input clock, input reset
 */
export function inputsOf(module: ir.ModuleIr): readonly string[] {
  checkModule(module);
  const inputs = module.portList.filter(({ direction }) => direction === "input");
  return [
    ...(module.clocked ? ["input clock", "input reset"] : []),
    ...inputs.map((port) => `input ${typeOf(port)}${port.name}`),
  ];
}

const typeOf = ({ type: { kind, width } }: ir.PortInfo): string =>
  `${kind === "sint" ? "signed " : ""}${width === 1 ? "" : `[${width - 1}:0] `}`;

/** The clock and the reset of an instance in a checker, whose `reset` is active high. */
function implicitConnections(module: ir.ModuleIr): string[] {
  const port = resetPortOf(module);
  return [
    ...(module.clocked ? [".clock(clock)"] : []),
    ...(port === undefined ? [] : [`.${port}(${module.reset.active === "low" ? "!" : ""}reset)`]),
  ];
}
