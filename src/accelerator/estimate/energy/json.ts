import type { MemoryEnergies } from "./memories.ts";
import type { NodeEnergies } from "./nodes.ts";

type Fields = Readonly<Record<string, unknown>>;

const nodeFigures = [
  ...(["int8_multiply", "bf16_multiply", "fp32_add"] as const),
  ...(["sram_8kb", "sram_32kb", "sram_1mb"] as const),
];

/**
 * What a user's file says of a process. @throws RangeError naming the key that is missing, unknown or of another kind.
 *
 * @example
 * const figures = { int8_multiply: 0.2, bf16_multiply: 1.1, fp32_add: 0.9, sram_8kb: 10, sram_32kb: 20, sram_1mb: 100 };
 * console.log(nodeOfJson({ source: "mine", node: "45 nm", voltage: null, ...figures }).fp32_add); // 0.9
 */
export function nodeOfJson(value: unknown): NodeEnergies {
  const fields = fieldsOf(value, ["source", "node", "voltage", ...nodeFigures]);
  const voltage = fields.voltage === null ? null : positive(fields, "voltage");
  const figures = Object.fromEntries(nodeFigures.map((name) => [name, positive(fields, name)]));
  return {
    ...(figures as Pick<NodeEnergies, (typeof nodeFigures)[number]>),
    source: text(fields, "source"),
    node: text(fields, "node"),
    voltage,
  };
}

/**
 * What a user's file says of a memory. @throws RangeError as `nodeOfJson`.
 *
 * @example
 * const memory = { name: "mine", pj_per_bit: [4, 5], gb_per_s: null, source: "a data sheet", includes: "device and interface" };
 * console.log(memoryOfJson(memory).pj_per_bit.join(" to ")); // 4 to 5
 */
export function memoryOfJson(value: unknown): MemoryEnergies {
  const fields = fieldsOf(value, ["name", "pj_per_bit", "gb_per_s", "source", "includes"]);
  const { pj_per_bit } = fields;
  const [minimum, maximum, ...more] = Array.isArray(pj_per_bit)
    ? pj_per_bit
    : [pj_per_bit, pj_per_bit];
  if (!(isPositive(minimum) && isPositive(maximum) && minimum <= maximum && more.length === 0))
    throw new RangeError(
      `pj_per_bit must be a number above 0 and at most ${LIMIT}, or two in rising order`,
    );
  return {
    name: text(fields, "name"),
    pj_per_bit: [minimum, maximum],
    gb_per_s: fields.gb_per_s === null ? null : positive(fields, "gb_per_s"),
    source: text(fields, "source"),
    includes: text(fields, "includes"),
  };
}

function fieldsOf(value: unknown, names: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RangeError(`must be an object with ${names.join(", ")}`);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new RangeError(`has the key ${JSON.stringify(unknown)}; known are ${names.join(", ")}`);
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new RangeError(`has no ${missing}`);
  return value as Fields;
}

/** Beyond it, sums would leave what a number holds. */
const LIMIT = 1e9;

const isPositive = (value: unknown): value is number =>
  typeof value === "number" && value > 0 && value <= LIMIT;

function positive(fields: Fields, name: string): number {
  const value = fields[name];
  if (!isPositive(value))
    throw new RangeError(`${name} must be a number above 0 and at most ${LIMIT}`);
  return value;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || !/^(?=.*\S)\P{Cc}{1,300}$/u.test(value))
    throw new RangeError(`${name} must be a text of 1 to 300 characters in one line`);
  return value;
}
