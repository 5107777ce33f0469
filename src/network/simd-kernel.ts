/**
 * The inner loop of a product of a matrix and eight vectors, as a WebAssembly module: JavaScript has no SIMD. Sums are
 * float64 and in the order of the columns, so that they are those of a plain loop.
 */

/** Instructions in use, with their encodings (WebAssembly Core Specification 2.0, §5.4). */
const op = {
  loop: [0x03, 0x40],
  end: [0x0b],
  brIf: [0x0d],
  get: [0x20],
  set: [0x21],
  tee: [0x22],
  i32: [0x41],
  "i32.gt_s": [0x4a],
  "i32.lt_u": [0x49],
  "i32.add": [0x6a],
  "i32.sub": [0x6b],
  "i32.shl": [0x74],
  "f32.load": [0x2a],
  "f64.promote_f32": [0xbb],
  "v128.load": [0xfd, 0x00],
  "v128.store": [0xfd, 0x0b],
  "v128.const": [0xfd, 0x0c],
  "f64x2.splat": [0xfd, 0x14],
  "f64x2.add": [0xfd, 0xf0, 1],
  "f64x2.mul": [0xfd, 0xf2, 1],
} as const;

/** Vectors side by side. */
export const LANES = 8;
const PAIRS = LANES / 2;

/** Parameters of the function, then its locals. */
const [WEIGHTS, INPUT, OUTPUT, ROWS, COLUMNS] = [0, 1, 2, 3, 4];
const [SECOND, AT, END] = [5, 6, 7];
const [A, B, X, SUMS] = [8, 9, 10, 11];

const get = (local: number): number[] => [...op.get, local];
const set = (local: number): number[] => [...op.set, local];
/** A constant from 0 to 8191, in at most two bytes. */
const i32 = (value: number): number[] => [
  ...op.i32,
  ...(value < 64 ? [value] : [(value & 0x7f) | 0x80, value >> 7]),
];
const add = (local: number, bytes: number): number[] => [
  ...[...get(local), ...i32(bytes), ...op["i32.add"], ...set(local)],
];
const memory = (access: readonly number[], offset: number): number[] => [...access, 0, offset];
const indexes = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** One weight in both halves of a vector; its address goes on. */
const weight = (address: number, target: number): number[] => [
  ...[...get(address), ...memory(op["f32.load"], 0), ...op["f64.promote_f32"]],
  ...[...op["f64x2.splat"], ...set(target), ...add(address, 4)],
];

const accumulate = (factor: number, sum: number): number[] => [
  ...[...get(sum), ...get(factor), ...get(X), ...op["f64x2.mul"], ...op["f64x2.add"], ...set(sum)],
];

/** Two rows at a time: eight sums that do not wait for one another. */
const code: readonly number[] = [
  ...op.loop,
  // The second row follows the first.
  ...[...get(WEIGHTS), ...get(COLUMNS), ...i32(2), ...op["i32.shl"], ...op["i32.add"]],
  ...set(SECOND),
  ...[...get(INPUT), ...op.tee, AT, ...get(COLUMNS), ...i32(6), ...op["i32.shl"]],
  ...[...op["i32.add"], ...set(END)],
  ...indexes(2 * PAIRS).flatMap((i) => [
    ...op["v128.const"],
    ...new Array<number>(16).fill(0),
    ...set(SUMS + i),
  ]),
  ...op.loop,
  ...[...weight(WEIGHTS, A), ...weight(SECOND, B)],
  ...indexes(PAIRS).flatMap((i) => [
    ...[...get(AT), ...memory(op["v128.load"], 16 * i), ...set(X)],
    ...[...accumulate(A, SUMS + i), ...accumulate(B, SUMS + PAIRS + i)],
  ]),
  ...[...get(AT), ...i32(8 * LANES), ...op["i32.add"], ...op.tee, AT],
  ...[...get(END), ...op["i32.lt_u"], ...op.brIf, 0],
  ...op.end,
  ...indexes(2 * PAIRS).flatMap((i) => [
    ...[...get(OUTPUT), ...get(SUMS + i), ...memory(op["v128.store"], 16 * i)],
  ]),
  ...add(OUTPUT, 16 * LANES),
  ...[...get(SECOND), ...set(WEIGHTS)],
  ...[...get(ROWS), ...i32(2), ...op["i32.sub"], ...op.tee, ROWS, ...i32(0), ...op["i32.gt_s"]],
  ...[...op.brIf, 0],
  ...op.end,
];

const [I32, V128] = [0x7f, 0x7b];
/** A length below 16,384 in two bytes, padded as the format allows. */
const length = (bytes: readonly number[]): number[] => [
  ...[(bytes.length & 0x7f) | 0x80, bytes.length >> 7],
  ...bytes,
];
const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
const section = (id: number, content: readonly number[]): number[] => [id, ...length(content)];

const parameters = [WEIGHTS, INPUT, OUTPUT, ROWS, COLUMNS].map(() => I32);
const body = [2, 3, I32, 3 + 2 * PAIRS, V128, ...code, ...op.end];

/**
 * The module: imports `env.memory`, exports `multiply(weights, input, output, rows, columns)`. Addresses in bytes; weights are
 * float32, row by row, an even number of rows, one at least; input has `LANES` float64 for each column, output `LANES` float64
 * for each row.
 */
export const kernel = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
  ...section(2, [1, ...name("env"), ...name("memory"), 0x02, 0x00, 1]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name("multiply"), 0x00, 0]),
  ...section(10, [1, ...length(body)]),
]);
