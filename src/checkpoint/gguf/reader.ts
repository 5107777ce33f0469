import { CheckpointError } from "../error.ts";
import type { ByteSource } from "../file.ts";

/** A value of GGUF's metadata. Whole numbers beyond 2^53 are bigints. */
export type GgufValue = number | bigint | boolean | string | readonly GgufValue[];

/** What a header may take: the largest vocabularies are some ten megabytes. */
const HEADER_LIMIT = 256 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;
const DEPTH_LIMIT = 4;

/** Minimum bytes of a value of each type; 8 is a string, 9 an array. */
const minBytes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8] as const;

/** Reads the start of a GGUF file in order, checking every length against the file before it is believed. */
export class GgufReader {
  readonly #file: ByteSource;
  #bytes = new Uint8Array(0);
  #position = 0;

  constructor(file: ByteSource) {
    this.#file = file;
  }

  get position(): number {
    return this.#position;
  }

  /** @throws CheckpointError always. */
  fail(problem: string): never {
    throw new CheckpointError(this.#file.path, problem);
  }

  /** The place of the next `count` bytes in a view of what was read so far. */
  #take(count: number): [view: DataView, at: number] {
    const [at, end] = [this.#position, this.#position + count];
    if (end > this.#file.size)
      this.fail(`its header needs byte ${end}, the file has ${this.#file.size}; it is truncated`);
    if (end > HEADER_LIMIT) this.fail(`its header is longer than ${HEADER_LIMIT} bytes`);
    if (end > this.#bytes.length) {
      const length = Math.min(this.#file.size, Math.max(end, 2 * this.#bytes.length, BLOCK_BYTES));
      const bytes = new Uint8Array(length);
      bytes.set(this.#bytes);
      this.#file.read(this.#bytes.length, bytes.subarray(this.#bytes.length));
      this.#bytes = bytes;
    }
    this.#position = end;
    return [new DataView(this.#bytes.buffer), at];
  }

  u32(): number {
    const [view, at] = this.#take(4);
    return view.getUint32(at, true);
  }

  /** A count or an offset. @throws CheckpointError beyond 2^53. */
  u64(what: string): number {
    const [view, at] = this.#take(8);
    const value = view.getBigUint64(at, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`${what} is ${value}, beyond 2^53`);
    return Number(value);
  }

  text(what: string): string {
    const length = this.u64(`the length of ${what}`);
    if (length > this.#file.size - this.#position)
      this.fail(`${what} claims ${length} bytes, more than the file has left`);
    const [, at] = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  value(what: string): GgufValue {
    return this.#typed(this.u32(), what, 0);
  }

  #typed(type: number, what: string, depth: number): GgufValue {
    if (type === 8) return this.text(what);
    if (type === 9) return this.#array(what, depth);
    const size = minBytes[type];
    if (size === undefined) this.fail(`${what} is of type ${type}; 0 to 12 are known`);
    const [view, at] = this.#take(size);
    const small = (value: bigint): number | bigint =>
      BigInt.asIntN(54, value) === value ? Number(value) : value;
    const readers: readonly (() => GgufValue)[] = [
      () => view.getUint8(at),
      () => view.getInt8(at),
      () => view.getUint16(at, true),
      () => view.getInt16(at, true),
      () => view.getUint32(at, true),
      () => view.getInt32(at, true),
      () => view.getFloat32(at, true),
      () => view.getUint8(at) !== 0,
      () => "",
      () => [],
      () => small(view.getBigUint64(at, true)),
      () => small(view.getBigInt64(at, true)),
      () => view.getFloat64(at, true),
    ];
    return (readers[type] as () => GgufValue)();
  }

  #array(what: string, depth: number): readonly GgufValue[] {
    if (depth === DEPTH_LIMIT) this.fail(`${what} nests deeper than ${DEPTH_LIMIT} lists`);
    const type = this.u32();
    const count = this.u64(`the length of ${what}`);
    const minimum = minBytes[type];
    if (minimum === undefined)
      return this.fail(`${what} is a list of type ${type}; 0 to 12 are known`);
    if (count * minimum > Math.min(HEADER_LIMIT, this.#file.size - this.#position))
      this.fail(`${what} claims ${count} values, more than the file has left`);
    return Array.from({ length: count }, () => this.#typed(type, what, depth + 1));
  }
}
