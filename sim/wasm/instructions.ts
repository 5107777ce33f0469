// The WebAssembly instructions in use, with their encodings.

// WebAssembly Core Specification 2.0, §5.4.

const scalar = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  call: 0x10,
  select: 0x1b,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "i32.const": 0x41,
  "i64.const": 0x42,
  "i32.load": 0x28,
  "i32.load8_u": 0x2d,
  "i32.load16_u": 0x2f,
  "i32.store": 0x36,
  "i32.store8": 0x3a,
  "i32.store16": 0x3b,
  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_u": 0x49,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.rem_u": 0x70,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.shl": 0x74,
  "i32.shr_u": 0x76,
  "i32.wrap_i64": 0xa7,
  "i64.eqz": 0x50,
  "i64.eq": 0x51,
  "i64.ne": 0x52,
  "i64.lt_s": 0x53,
  "i64.lt_u": 0x54,
  "i64.add": 0x7c,
  "i64.sub": 0x7d,
  "i64.mul": 0x7e,
  "i64.and": 0x83,
  "i64.or": 0x84,
  "i64.xor": 0x85,
  "i64.shl": 0x86,
  "i64.shr_s": 0x87,
  "i64.shr_u": 0x88,
  "i64.popcnt": 0x7b,
  "i64.extend_i32_u": 0xad,
  "i64.load": 0x29,
  "i64.load8_u": 0x31,
  "i64.load16_u": 0x33,
  "i64.load32_u": 0x35,
  "i64.store": 0x37,
  "i64.store8": 0x3c,
  "i64.store16": 0x3d,
  "i64.store32": 0x3e,
  "f64.load": 0x2b,
  "f64.ceil": 0x9b,
  "f64.mul": 0xa2,
  "f64.convert_i32_u": 0xb8,
  "i32.trunc_f64_u": 0xab,
} as const;

/** These follow the prefix 0xfd. */
const vector = {
  "v128.load": 0x00,
  "v128.load8_splat": 0x07,
  "v128.load16_splat": 0x08,
  "v128.load32_splat": 0x09,
  "v128.load64_splat": 0x0a,
  "v128.store": 0x0b,
  "v128.const": 0x0c,
  "i8x16.shuffle": 0x0d,
  "i8x16.swizzle": 0x0e,
  "i8x16.splat": 0x0f,
  "i16x8.splat": 0x10,
  "i32x4.splat": 0x11,
  "i64x2.splat": 0x12,
  "i8x16.eq": 0x23,
  "i8x16.ne": 0x24,
  "i8x16.lt_s": 0x25,
  "i8x16.lt_u": 0x26,
  "i16x8.eq": 0x2d,
  "i16x8.ne": 0x2e,
  "i16x8.lt_s": 0x2f,
  "i16x8.lt_u": 0x30,
  "i32x4.eq": 0x37,
  "i32x4.ne": 0x38,
  "i32x4.lt_s": 0x39,
  "i32x4.lt_u": 0x3a,
  "v128.not": 0x4d,
  "v128.and": 0x4e,
  "v128.andnot": 0x4f,
  "v128.or": 0x50,
  "v128.xor": 0x51,
  "v128.bitselect": 0x52,
  "v128.any_true": 0x53,
  "i8x16.neg": 0x61,
  "i8x16.popcnt": 0x62,
  "i8x16.narrow_i16x8_s": 0x65,
  "i8x16.narrow_i16x8_u": 0x66,
  "i8x16.shl": 0x6b,
  "i8x16.shr_s": 0x6c,
  "i8x16.shr_u": 0x6d,
  "i8x16.add": 0x6e,
  "i8x16.sub": 0x71,
  "i16x8.neg": 0x81,
  "i16x8.narrow_i32x4_s": 0x85,
  "i16x8.narrow_i32x4_u": 0x86,
  "i16x8.extend_low_i8x16_s": 0x87,
  "i16x8.extend_high_i8x16_s": 0x88,
  "i16x8.extend_low_i8x16_u": 0x89,
  "i16x8.extend_high_i8x16_u": 0x8a,
  "i16x8.shl": 0x8b,
  "i16x8.shr_s": 0x8c,
  "i16x8.shr_u": 0x8d,
  "i16x8.add": 0x8e,
  "i16x8.sub": 0x91,
  "i16x8.mul": 0x95,
  "i16x8.extmul_low_i8x16_s": 0x9c,
  "i16x8.extmul_high_i8x16_s": 0x9d,
  "i16x8.extmul_low_i8x16_u": 0x9e,
  "i16x8.extmul_high_i8x16_u": 0x9f,
  "i32x4.neg": 0xa1,
  "i32x4.extend_low_i16x8_s": 0xa7,
  "i32x4.extend_high_i16x8_s": 0xa8,
  "i32x4.extend_low_i16x8_u": 0xa9,
  "i32x4.extend_high_i16x8_u": 0xaa,
  "i32x4.shl": 0xab,
  "i32x4.shr_s": 0xac,
  "i32x4.shr_u": 0xad,
  "i32x4.add": 0xae,
  "i32x4.sub": 0xb1,
  "i32x4.mul": 0xb5,
  "i32x4.extmul_low_i16x8_s": 0xbc,
  "i32x4.extmul_high_i16x8_s": 0xbd,
  "i32x4.extmul_low_i16x8_u": 0xbe,
  "i32x4.extmul_high_i16x8_u": 0xbf,
  "i64x2.neg": 0xc1,
  "i64x2.extend_low_i32x4_s": 0xc7,
  "i64x2.extend_high_i32x4_s": 0xc8,
  "i64x2.extend_low_i32x4_u": 0xc9,
  "i64x2.extend_high_i32x4_u": 0xca,
  "i64x2.shl": 0xcb,
  "i64x2.shr_s": 0xcc,
  "i64x2.shr_u": 0xcd,
  "i64x2.add": 0xce,
  "i64x2.sub": 0xd1,
  "i64x2.mul": 0xd5,
  "i64x2.eq": 0xd6,
  "i64x2.ne": 0xd7,
  "i64x2.lt_s": 0xd8,
  "i64x2.extmul_low_i32x4_s": 0xdc,
  "i64x2.extmul_high_i32x4_s": 0xdd,
  "i64x2.extmul_low_i32x4_u": 0xde,
  "i64x2.extmul_high_i32x4_u": 0xdf,
} as const;

/** These follow the prefix 0xfc. */
const bulk = { "memory.copy": 0x0a } as const;

export type ScalarName = keyof typeof scalar;
export type VectorName = keyof typeof vector;
export type InstructionName = ScalarName | VectorName | keyof typeof bulk;

/** What stands after an opcode. */
export type Immediate =
  | "block"
  | "index"
  | "function"
  | "signed"
  | "address"
  | "bytes"
  | "copy"
  | "none";

const immediateOf = (name: string): Immediate => {
  if (["block", "loop", "if"].includes(name)) return "block";
  if (["br", "br_if"].includes(name) || name.startsWith("local.")) return "index";
  if (name === "call") return "function";
  if (name === "i32.const" || name === "i64.const") return "signed";
  if (/\.(load|store)/.test(name)) return "address";
  if (name === "v128.const" || name === "i8x16.shuffle") return "bytes";
  return name === "memory.copy" ? "copy" : "none";
};

export interface Instruction {
  readonly name: InstructionName;
  readonly prefix: 0xfc | 0xfd | undefined;
  readonly opcode: number;
  readonly immediate: Immediate;
}

const rows = (prefix: Instruction["prefix"], table: Readonly<Record<string, number>>) =>
  Object.entries(table).map(([name, opcode]): [InstructionName, Instruction] => [
    name as InstructionName,
    { name: name as InstructionName, prefix, opcode, immediate: immediateOf(name) },
  ]);

export const instructions: ReadonlyMap<InstructionName, Instruction> = new Map([
  ...rows(undefined, scalar),
  ...rows(0xfd, vector),
  ...rows(0xfc, bulk),
]);
