import { CircuitError, type ir, type Module } from "@chisel-ts/core";
import type { Property } from "./property.ts";

/**
 * That two modules with the same ports have the same outputs, for all inputs and, where there is state, in
 * every cycle after a reset. The bits of a valid/ready stream count only while it is valid.
 *
 * @throws CircuitError when a port of one is not a port of the other with its direction and width.
 */
export function equivalence(left: Module, right: Module): Property {
  const ports = samePorts(left, right);
  const clocked = left.clocked || right.clocked;
  const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);
  const inputs = ports.filter(({ direction }) => direction === "input");
  const outputs = ports.filter(({ direction }) => direction === "output");
  const unit = (module: Module, name: string, instance: string): string => {
    const wires = outputs.map(
      ({ name, type }) => `  wire ${range(type.width)}${instance}_${name};`,
    );
    const connected = [
      ...(module.clocked ? ["clock", "reset"].map((port) => `.${port}(${port})`) : []),
      ...inputs.map((port) => `.${port.name}(${port.name})`),
      ...outputs.map((port) => `.${port.name}(${instance}_${port.name})`),
    ];
    return `${wires.join("\n")}\n  ${name} ${instance}(${connected.join(", ")});`;
  };
  const declared = [
    ...(clocked ? ["input clock", "input reset"] : []),
    ...inputs.map(({ name, type }) => `input ${range(type.width)}${name}`),
  ];
  const other = renamed(right);
  return {
    circuit: left.name,
    parameters: left.parameters,
    name: "outputs equal those of another circuit",
    modules: [left, other],
    clocked,
    checker: `module check(${declared.join(", ")});
${unit(left, left.name, "left_unit")}
${unit(right, other.name, "right_unit")}
  always @* begin
${outputs.map(({ name }) => `    ${counts(name, outputs)}assert (left_unit_${name} == right_unit_${name});`).join("\n")}
  end
endmodule
`,
  };
}

function counts(name: string, outputs: readonly ir.PortInfo[]): string {
  const valid = name.replace(/_bits$/, "_valid");
  const isStream = valid !== name && outputs.some((port) => port.name === valid);
  return isStream ? `if (left_unit_${valid}) ` : "";
}

function samePorts(left: Module, right: Module): readonly ir.PortInfo[] {
  const text = ({ name, direction, type }: ir.PortInfo): string =>
    `${direction} ${name} of ${type.width} bits`;
  const [a, b] = [new Set(left.portList.map(text)), new Set(right.portList.map(text))];
  const missing = [...a].find((port) => !b.has(port)) ?? [...b].find((port) => !a.has(port));
  if (missing !== undefined) {
    throw new CircuitError(`only one of ${left.name} and ${right.name} has the ${missing}`);
  }
  return left.portList;
}

/** The same circuit under another name, all the way down, so that both can be read together. */
function renamed(module: Module): Module {
  const done = new Map<ir.ModuleIr, ir.ModuleIr>();
  const copy = (original: ir.ModuleIr): ir.ModuleIr => {
    const known = done.get(original);
    if (known) return known;
    const instances = original.instances.map((instance) => ({
      ...instance,
      module: copy(instance.module),
    }));
    const result = { ...original, name: `other_${original.name}`, instances };
    done.set(original, result);
    return result;
  };
  return { ...module, ...copy(module) };
}
