/** A small WebAssembly encoder: the instructions and sections that the compiler uses (Core Specification 1.0). */

const opcodes = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  select: 0x1b,
  "i32.eqz": 0x45,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.and": 0x71,
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
} as const;

const accesses = {
  "i64.load": 0x29,
  "i64.load8_u": 0x31,
  "i64.load16_u": 0x33,
  "i64.load32_u": 0x35,
  "i32.load": 0x28,
  "i32.store": 0x36,
  "i64.store": 0x37,
  "i64.store8": 0x3c,
  "i64.store16": 0x3d,
  "i64.store32": 0x3e,
} as const;

export type Instruction = keyof typeof opcodes;
export type Access = keyof typeof accesses;
export type ValueType = "i32" | "i64";

const valueTypes = { i32: 0x7f, i64: 0x7e };
const empty = 0x40;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The body of one function. Locals are numbered after the parameters. */
export class Code {
  readonly parameters: readonly ValueType[];
  readonly locals: ValueType[] = [];
  readonly bytes: number[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.parameters = parameters;
  }

  local(type: ValueType): number {
    return this.parameters.length + this.locals.push(type) - 1;
  }
  emit(...instructions: readonly Instruction[]): this {
    for (const name of instructions) {
      this.bytes.push(opcodes[name]);
      if (name === "block" || name === "loop" || name === "if") this.bytes.push(empty);
    }
    return this;
  }
  branch(instruction: "br" | "br_if", depth: number): this {
    this.bytes.push(opcodes[instruction], depth);
    return this;
  }
  /** Calls a function of the module by its place in the list given to `assemble`. */
  call(index: number): this {
    this.bytes.push(0x10, ...unsigned(index));
    return this;
  }
  get(local: number): this {
    this.bytes.push(0x20, ...unsigned(local));
    return this;
  }
  set(local: number): this {
    this.bytes.push(0x21, ...unsigned(local));
    return this;
  }
  tee(local: number): this {
    this.bytes.push(0x22, ...unsigned(local));
    return this;
  }
  i32(value: number): this {
    this.bytes.push(0x41, ...signed(BigInt(value)));
    return this;
  }
  /** A 64-bit pattern. */
  i64(bits: bigint): this {
    this.bytes.push(0x42, ...signed(BigInt.asIntN(64, bits)));
    return this;
  }
  /** The address is on the stack; `offset` is added to it. No alignment is promised. */
  memory(access: Access, offset: number): this {
    this.bytes.push(accesses[access], 0, ...unsigned(offset));
    return this;
  }
}

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const name = (text: string): number[] =>
  vector([...new TextEncoder().encode(text)].map((byte) => [byte]));

/** A function's locals, in runs of one type, and its code. */
function body({ locals, bytes }: Code): Uint8Array {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count += 1;
    else runs.push({ type, count: 1 });
  }
  const declared = vector(runs.map(({ type, count }) => [...unsigned(count), valueTypes[type]]));
  return Uint8Array.from(
    [...unsigned(declared.length + bytes.length + 1), ...declared].concat(bytes, 0x0b),
  );
}

/** A module with one imported memory `env.memory` and exported functions without results. */
export function assemble(functions: Readonly<Record<string, Code>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const types = entries.map(([, { parameters }]) => [
    0x60,
    ...vector(parameters.map((p) => [valueTypes[p]])),
    0,
  ]);
  const head = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name("env"), ...name("memory"), 0x02, 0x00, 1]])),
    ...section(3, vector(entries.map((_, index) => unsigned(index)))),
    ...section(
      7,
      vector(entries.map(([label], index) => [...name(label), 0x00, ...unsigned(index)])),
    ),
  ];
  const bodies = entries.map(([, code]) => body(code));
  const size = bodies.reduce((sum, bytes) => sum + bytes.length, 0);
  const count = unsigned(bodies.length);
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.from([...head, 10, ...unsigned(size + count.length), ...count]),
      ...bodies,
    ]),
  );
}
