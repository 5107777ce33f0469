import { at } from "@chisel-ts/core";
import { CoreError } from "./error.ts";

/** What is in a part of the memory at the beginning: written a piece at a time, so that no part is in memory twice. */
export type Contents = Iterable<Uint8Array>;

/** A part of the memory. */
export interface Region {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  /** Zeros where it is absent. */
  readonly contents?: () => Contents;
}

/** Gives the address of a part, once the parts have been placed. */
export type Address = () => number;

/** Parts of a memory, one after the other; each begins where a beat does. */
export class Layout {
  readonly #parts: Omit<Region, "address">[] = [];
  readonly #offsets: number[] = [];
  readonly #alignment: number;
  #length = 0;
  #start: number | undefined;

  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  /** Adds a part. */
  add(part: Omit<Region, "address">): Address {
    const offset = this.#length;
    this.#parts.push(part);
    this.#offsets.push(offset);
    this.#length = roundUp(offset + part.bytes, this.#alignment);
    return () => {
      if (this.#start === undefined) throw new CoreError(`${part.name} has no address yet`);
      return this.#start + offset;
    };
  }

  /** Places all parts. @returns the first address behind them */
  place(start: number): number {
    this.#start = start;
    const end = start + this.#length;
    if (!Number.isSafeInteger(end)) throw new CoreError("the memory is larger than 2^53 bytes");
    return end;
  }

  get regions(): readonly Region[] {
    const start = this.#start ?? 0;
    return this.#parts.map((part, i) => ({ ...part, address: start + at(this.#offsets, i) }));
  }
}

/** The next multiple of a unit. */
export const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
