import { CoreError } from "./error.ts";

/** Bytes of a descriptor: a beat of a memory of 64 bytes a cycle. */
export const DESCRIPTOR_BYTES = 64;

/** What a descriptor may ask for; its number is the place in the list. */
export const operations = [
  "end",
  "embed",
  "load",
  "product",
  "scores",
  "softmax",
  "means",
  "norm",
  "rotate",
  "store",
  "function",
  "multiply",
  "add",
  "scale",
] as const;
export type Operation = (typeof operations)[number];

/** What each operation does. */
export const meanings: Readonly<Record<Operation, string>> = {
  end: "the next token is the row of the largest result",
  embed: "target = row of the token",
  load: "target = 16-bit numbers at address + position · positionStride",
  product: "target = matrix · source; with flag 2 no target, only the largest result and its row",
  scores: "target = keys · source, scaled, for as many positions as the cache holds",
  softmax: "target = 2^−(maximum − source)",
  means: "target = values · source over the sum of the mantissas of source",
  norm: "target = source normalized in groups of `rows`, times other",
  rotate: "target = source, heads of `rows` elements turned by other",
  store: "cache, at address + (position mod positions) · positionStride = source",
  function: "target = f(source)",
  multiply: "target = source · other, element by element",
  add: "target = source + other",
  scale: "target = source · constant",
};

type Kind = "u8" | "u16" | "i16" | "u32" | "u64";

interface Field {
  readonly offset: number;
  readonly kind: Kind;
  readonly meaning: string;
}

const field = (offset: number, kind: Kind, meaning: string): Field => ({ offset, kind, meaning });

/** Every field besides the operation, in little-endian bytes: encoder, decoder, listing and the page of the format are made of it. */
export const fields = {
  flags: field(
    1,
    "u8",
    "1 the last beat of a row ends in its factor, and scale takes that of the row embedded last; 2 keep only the largest result; 4 the span goes on; 8 two terms",
  ),
  targetVector: field(2, "u8", "register of the exponent and span of the result"),
  sourceVector: field(3, "u8", "of the first operand"),
  otherVector: field(4, "u8", "of the second operand"),
  shift: field(5, "u8", "places by which sums are shifted right"),
  mantissa: field(6, "u16", "constant factor: mantissa · 2^(constantExponent − 16)"),
  exponent: field(8, "i16", "of W, or of what is loaded"),
  constantExponent: field(10, "i16", "of the constant factor"),
  target: field(12, "u32", "first word of the result in the vector memory"),
  source: field(16, "u32", "first word of the first operand"),
  other: field(20, "u32", "first word of the second operand"),
  rows: field(24, "u32", "rows of a matrix, elements of a group or head"),
  columns: field(28, "u32", "elements of the first operand; of rotate, pairs that turn"),
  address: field(32, "u64", "first byte in memory"),
  stride: field(48, "u32", "bytes from a row to the next; of store, from an element to the next"),
  termStride: field(52, "u32", "bytes from the first terms to the second"),
  positions: field(56, "u32", "positions of the cache"),
  positionStride: field(60, "u32", "bytes from a position to the next"),
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as readonly FieldName[];

export type Descriptor = { readonly operation: Operation } & Readonly<Record<FieldName, number>>;

export const flags = { factors: 1, largest: 2, spanGoesOn: 4, twoTerms: 8 } as const;

/** Operations whose rows, or whose constant, may be factors. */
export const withFactors: readonly Operation[] = ["embed", "product", "scale"];

/** Bytes of the factor that ends a row: a mantissa of 16 bits, a shift of 8, and a 0. */
export const FACTOR_BYTES = 4;

/** Bytes that a row has besides its codes. */
export const factorBytes = ({ flags: given }: Pick<Descriptor, "flags">): number =>
  given & flags.factors ? FACTOR_BYTES : 0;

const limits: Readonly<Record<Kind, readonly [number, number]>> = {
  u8: [0, 2 ** 8 - 1],
  u16: [0, 2 ** 16 - 1],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  u32: [0, 2 ** 32 - 1],
  u64: [0, Number.MAX_SAFE_INTEGER],
};

/**
 * A descriptor whose other fields are 0. @throws CoreError for a field whose bits do not hold the value.
 *
 * @example
 * const { operation, columns, shift } = descriptor("product", { rows: 4, columns: 16 });
 * console.log(`${operation} ${columns} ${shift}`); // product 16 0
 */
export function descriptor(
  operation: Operation,
  given: Partial<Record<FieldName, number>> = {},
): Descriptor {
  const all = Object.fromEntries(fieldNames.map((name) => [name, given[name] ?? 0]));
  for (const name of fieldNames) {
    const value = given[name] ?? 0;
    const [minimum, maximum] = limits[fields[name].kind];
    if (!(Number.isInteger(value) && value >= minimum && value <= maximum))
      throw new CoreError(
        `${operation}: ${name} is ${value}; ${minimum} to ${maximum} is possible`,
      );
  }
  return { operation, ...(all as Record<FieldName, number>) };
}

/**
 * The 64 bytes of a descriptor.
 *
 * @example
 * const bytes = encodeDescriptor(descriptor("product", { rows: 4 }));
 * console.log(`${bytes.length} bytes, operation ${bytes[0]}`); // 64 bytes, operation 3
 */
export function encodeDescriptor(given: Descriptor): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, operations.indexOf(given.operation));
  for (const name of fieldNames) {
    const { offset, kind } = fields[name];
    const value = given[name];
    if (kind === "u8") view.setUint8(offset, value);
    else if (kind === "u16") view.setUint16(offset, value, true);
    else if (kind === "i16") view.setInt16(offset, value, true);
    else if (kind === "u32") view.setUint32(offset, value, true);
    else view.setBigUint64(offset, BigInt(value), true);
  }
  return bytes;
}

/**
 * @throws CoreError for an operation that is none, and an address beyond 2^53.
 *
 * @example
 * console.log(decodeDescriptor(encodeDescriptor(descriptor("product", { rows: 4 }))).rows); // 4
 */
export function decodeDescriptor(bytes: Uint8Array): Descriptor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, DESCRIPTOR_BYTES);
  const operation = operations[view.getUint8(0)];
  if (operation === undefined)
    throw new CoreError(`operation ${view.getUint8(0)}; 0 to ${operations.length - 1} are known`);
  const read = (name: FieldName): number => {
    const { offset, kind } = fields[name];
    if (kind === "u8") return view.getUint8(offset);
    if (kind === "u16") return view.getUint16(offset, true);
    if (kind === "i16") return view.getInt16(offset, true);
    if (kind === "u32") return view.getUint32(offset, true);
    return Number(view.getBigUint64(offset, true));
  };
  return descriptor(operation, Object.fromEntries(fieldNames.map((name) => [name, read(name)])));
}
