// Writes functions and modules as bytes of WebAssembly.

import { at } from "@chisel-ts/core";
import { type InstructionName, instructions } from "./instructions.ts";

export type ValueType = "i32" | "i64" | "v128";

const valueTypes = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const emptyBlock = 0x40;

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

const opcodeBytes: ReadonlyMap<InstructionName, readonly number[]> = new Map(
  [...instructions].map(([name, { prefix, opcode, immediate }]) => [
    name,
    [
      ...(prefix === undefined ? [opcode] : [prefix, ...unsigned(opcode)]),
      ...(immediate === "block" ? [emptyBlock] : []),
      ...(immediate === "copy" ? [0, 0] : []),
    ],
  ]),
);

/** Where code comes from: a line of the design, or what is done for it. */
export type Origin = string | { toString(): string };

/** A function without results. Locals are numbered after the parameters. */
export class Code {
  name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: ValueType[];
  #buffer = new Uint8Array(256);
  #length = 0;
  /** Remarks for the reader, by the position in `bytes` that they stand before. */
  readonly remarks = new Map<number, string>();
  /** Where the code comes from, by the position in `bytes` from which on it does. */
  readonly origins = new Map<number, Origin>();
  /** Functions called, by the position in `bytes` where the index goes; it takes 5 bytes. */
  readonly calls = new Map<number, string>();
  /** How often the loop of a function called is passed, by the same position, where it is known. */
  readonly passes = new Map<number, number>();

  constructor(name: string, parameters: readonly ValueType[], locals: ValueType[] = []) {
    this.name = name;
    this.parameters = parameters;
    this.locals = locals;
  }

  /** The code so far, on the buffer that it grows in. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
  get size(): number {
    return this.#length;
  }

  /** The same code under another name. */
  named(name: string): this {
    this.name = name;
    return this;
  }

  /** A piece of the same function, to be appended when its place is known. */
  part(): Code {
    return new Code(this.name, this.parameters, this.locals);
  }
  append(part: Code): this {
    const shift = this.#length;
    for (const [at, text] of part.remarks) this.remarks.set(at + shift, text);
    for (const [at, origin] of part.origins) this.origins.set(at + shift, origin);
    for (const [at, callee] of part.calls) this.calls.set(at + shift, callee);
    for (const [at, times] of part.passes) this.passes.set(at + shift, times);
    return this.#write(part.bytes);
  }

  local(type: ValueType): number {
    return this.parameters.length + this.locals.push(type) - 1;
  }
  remark(text: string): this {
    this.remarks.set(this.#length, text);
    return this;
  }
  /** Says where the code from here on comes from. */
  from(origin: Origin): this {
    this.origins.set(this.#length, origin);
    return this;
  }
  emit(...names: readonly InstructionName[]): this {
    for (const name of names) this.#put(name, []);
    return this;
  }
  branch(name: "br" | "br_if", depth: number): this {
    return this.#put(name, [depth]);
  }
  call(name: string, passes?: number): this {
    this.#put("call", []);
    this.calls.set(this.#length, name);
    if (passes !== undefined) this.passes.set(this.#length, passes);
    return this.#write([0, 0, 0, 0, 0]);
  }
  get(local: number): this {
    return this.#put("local.get", unsigned(local));
  }
  set(local: number): this {
    return this.#put("local.set", unsigned(local));
  }
  tee(local: number): this {
    return this.#put("local.tee", unsigned(local));
  }
  /** A 32-bit pattern: an address may be 2^31 or more. */
  i32(bits: number): this {
    return this.#put("i32.const", signed(BigInt.asIntN(32, BigInt(bits))));
  }
  /** A 64-bit pattern. */
  i64(bits: bigint): this {
    return this.#put("i64.const", signed(BigInt.asIntN(64, bits)));
  }
  /** The 16 bytes of a `v128.const` or `i8x16.shuffle`. */
  lanes(name: "v128.const" | "i8x16.shuffle", bytes: readonly number[]): this {
    return this.#put(name, bytes);
  }
  /** A load or store: the address is on the stack, `offset` is added to it. No alignment is promised. */
  memory(access: InstructionName, offset: number): this {
    return this.#put(access, [0, ...unsigned(offset)]);
  }

  #put(name: InstructionName, immediate: readonly number[]): this {
    return this.#write(opcodeBytes.get(name) ?? []).#write(immediate);
  }

  #write(bytes: ArrayLike<number>): this {
    const end = this.#length + bytes.length;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = end;
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
  const head = [...unsigned(declared.length + bytes.length + 1), ...declared];
  return joined([Uint8Array.from(head), bytes, Uint8Array.of(0x0b)]);
}

/** Writes the index of every function called into the place kept for it, padded to 5 bytes. */
function link(functions: readonly Code[]): void {
  const index = new Map(functions.map((code, position) => [code.name, position]));
  for (const { bytes, calls } of functions) {
    for (const [place, callee] of calls) {
      const target = at(index, callee);
      for (let i = 0; i < 5; i++)
        bytes[place + i] = ((target >> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0);
    }
  }
}

/** Limits of an imported memory: at least a page; one that is shared has at most all that there are, too. */
const [ownMemory, sharedMemory] = [
  [0x00, 1],
  [0x03, 1, ...unsigned(65_536)],
];

/** A module with one imported memory `env.memory`, shared or not; every function is exported by its name. */
export function assemble(functions: readonly Code[], shared = false): Uint8Array<ArrayBuffer> {
  link(functions);
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(parameters.map((p) => [valueTypes[p]])),
    0,
  ]);
  const head = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(
      2,
      vector([[...name("env"), ...name("memory"), 0x02, ...(shared ? sharedMemory : ownMemory)]]),
    ),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(
      7,
      vector(functions.map((code, index) => [...name(code.name), 0x00, ...unsigned(index)])),
    ),
  ];
  const bodies = functions.map(body);
  const size = bodies.reduce((sum, bytes) => sum + bytes.length, 0);
  const count = unsigned(bodies.length);
  return joined([
    Uint8Array.from([...head, 10, ...unsigned(size + count.length), ...count]),
    ...bodies,
    functionNames(functions),
  ]);
}

/** The custom section by which profilers and debuggers name functions. */
function functionNames(functions: readonly Code[]): number[] {
  const names = vector(functions.map((code, index) => [...unsigned(index), ...name(code.name)]));
  return section(0, [...name("name"), 1, ...unsigned(names.length), ...names]);
}

/** Bytes one after the other. */
function joined(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
