import type { Property, Trace } from "../../formal/index.ts";
import { catalogue } from "../../hdl/catalogue.ts";

/** The functions of rf8 that build circuits, where they are not called as the circuit is. */
const builders: Readonly<Record<string, string>> = {
  product_registered: "registeredProduct",
  processing_element: "processingElement",
  array: "streamingArray",
};

const named = new Set(catalogue.map(({ name }) => name));

/** A counter-example of a property. */
export interface CounterExample {
  readonly property: Property;
  readonly trace: Trace;
}

/** The text of a vitest file that replays counter-examples and fails until the circuits are right. */
export function regressionTests(found: readonly CounterExample[]): string {
  const built = found.map(({ property }) => construction(property));
  const imports = new Set(["replay", ...built.flatMap(({ uses }) => uses)]);
  const tests = found.map(
    ({ property, trace }, index) => `
test(${JSON.stringify(`${property.circuit}: ${property.name}`)}, () => {
  const { differs, wave } = replay(${built[index]?.text}, {
    cycles: ${trace.cycles},
    resets: [${trace.resets.join(", ")}],
    inputs: ${record(ports(property).map((port) => [port, list(trace.inputs[port] ?? [])]))},
  });
  expect(differs, wave).toBe(false);
});
`,
  );
  const head = `import { ${[...imports].sort().join(", ")} } from "rf8";
import { expect, test } from "vitest";
`;
  return [head, ...tests].join("");
}

/** The call that builds the module in question, and the functions in it. */
function construction({ subject }: Property): { text: string; uses: string[] } {
  const origin = subject?.origin;
  if (!origin) throw new RangeError("only circuits of rf8 can be built again by a test");
  const { circuit, parameters } = origin;
  if (circuit === "queue") {
    const { width, depth } = parameters;
    return { text: `queue({ type: uint(${width}), depth: ${depth} })`, uses: ["queue", "uint"] };
  }
  const values = Object.entries(parameters).map(
    ([key, value]) => [key, JSON.stringify(value)] as const,
  );
  const build = Object.hasOwn(builders, circuit) ? builders[circuit] : circuit;
  if (build === undefined || (build === circuit && !named.has(circuit)))
    throw new RangeError(`${circuit} is a part of other circuits, which rf8 has no function for`);
  return { text: `${build}(${record(values)})`, uses: [build] };
}

/** Inputs of the module in question; the checker may have others. */
const ports = ({ subject }: Property): string[] => subject?.inputs.map(({ name }) => name) ?? [];

const list = (bits: readonly bigint[]): string => `[${bits.map((bit) => `${bit}n`).join(", ")}]`;

const record = (entries: readonly (readonly [string, string])[]): string =>
  entries.length === 0
    ? "{}"
    : `{ ${entries.map(([key, value]) => `${key}: ${value}`).join(", ")} }`;
