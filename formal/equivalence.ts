import { CircuitError, checkModule, type ir, type Module } from "@chisel-ts/core";
import { withoutChecks } from "./checks.ts";
import { inputsOf, instantiate } from "./instantiate.ts";
import type { Property } from "./property.ts";

/**
 * Names of the two sides in the checker and before the name of each of their modules. The names of users
 * begin with a letter, so none of theirs can meet one of these.
 */
const left = "_left";
const right = "_right";

/**
 * That two modules with the same ports have the same outputs, for all inputs and, where there is state, in
 * every cycle after a reset. The bits of a valid/ready stream count only while it is valid. The modules' own
 * `assert`, `assume` and `cover` play no part.
 *
 * @throws CircuitError when a port of one is not a port of the other with its direction, width and
 *   signedness, or when there is no output to compare.
 *
 * @example
 * const sum = (name, body) => module({ name, ports: { a: input(uint(4)), b: input(uint(4)), y: output(uint(5)) } }, body);
 * const left = sum("left", (io) => io.y.set(io.a.add(io.b)));
 * const right = sum("right", (io) => io.y.set(io.b.add(io.a)));
 * console.log((await prove(equivalence(left, right))).verdict); // proved
 */
export function equivalence(first: Module, second: Module): Property {
  for (const side of [first, second]) checkModule(side, "equivalence(first, second)");
  const ports = samePorts(first, second);
  const clocked = first.clocked || second.clocked;
  const outputs = ports.filter(({ direction }) => direction === "output");
  if (outputs.length === 0) {
    throw new CircuitError(
      `${first.name} and ${second.name} have no outputs: there is nothing to compare`,
    );
  }
  const unit = (module: Module, side: string): string =>
    instantiate(module, {
      name: side,
      prefix: `${side}_`,
      ports: Object.fromEntries(outputs.map(({ name }) => [name, `${side}_${name}`])),
    });
  return {
    circuit: first.name,
    parameters: first.parameters,
    name: "outputs equal those of another circuit",
    subject: withoutChecks(second),
    helpers: [withoutChecks(first)],
    prefix: `${right}_`,
    helperPrefix: `${left}_`,
    clocked,
    checker: `module check(${inputsOf(first.clocked ? first : second).join(", ")});
  ${unit(first, left)}
  ${unit(second, right)}
  always @* begin
${outputs.map((port) => `    ${counts(port, ports)}assert (${left}_${port.name} == ${right}_${port.name});`).join("\n")}
  end
endmodule
`,
  };
}

/** `if (valid) ` before the bits of a stream that leaves: ports `bits`, `valid` and `ready` of one bundle. */
function counts({ path }: ir.PortInfo, ports: readonly ir.PortInfo[]): string {
  const sibling = (name: string, direction: ir.PortInfo["direction"]): ir.PortInfo | undefined =>
    ports.find(
      (port) =>
        port.direction === direction &&
        port.type.width === 1 &&
        port.path.join(".") === [...path.slice(0, -1), name].join("."),
    );
  const valid = path.at(-1) === "bits" ? sibling("valid", "output") : undefined;
  return valid && sibling("ready", "input") ? `if (${left}_${valid.name}) ` : "";
}

function samePorts(first: Module, second: Module): readonly ir.PortInfo[] {
  const text = ({ name, direction, type }: ir.PortInfo): string =>
    `${direction} ${name} of ${type.width} bits`;
  const signed = (port: ir.PortInfo): string =>
    `${port.type.kind === "sint" ? "signed" : "unsigned"} ${text(port)}`;
  for (const form of [text, signed]) {
    const [a, b] = [first, second].map(({ portList }) => new Set(portList.map(form)));
    const missing =
      [...(a ?? [])].find((port) => !b?.has(port)) ?? [...(b ?? [])].find((port) => !a?.has(port));
    if (missing !== undefined) {
      throw new CircuitError(`only one of ${first.name} and ${second.name} has the ${missing}`);
    }
  }
  return first.portList;
}
