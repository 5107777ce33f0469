// Reads and writes values, in a local or in memory.

import { at, mask } from "@chisel-ts/core";
import type { Netlist } from "../netlist.ts";
import { Code, type ValueType } from "./encoder.ts";
import { type LaneArray, wordsOf } from "./lane-layout.ts";
import { type Layout, narrowLoads } from "./layout.ts";
import type { Library } from "./library.ts";

/** V8 takes 50,000 locals a function: beyond this many, values stay in memory. */
const maxLocals = 40_000;

/** V8 takes functions of 7,654,321 bytes: beyond this many, the code goes on in another one. */
const maxBytes = 1 << 20;

/**
 * Emits reads and writes of slots. A slot of up to 64 bits is an i64 local, a wider one is words in
 * memory, a result of an instance is an element of its group's array; bits above the width are 0, but in
 * those elements, where they are cleared when they are read.
 */
export class Values {
  code: Code;
  /** The functions that were filled before this one, in the order in which they are to be called. */
  readonly filled: Code[] = [];
  readonly netlist: Netlist;
  readonly layout: Layout;
  readonly library: Library;
  /** Whether what is computed now may be left out: then nothing else may rely on a local of it. */
  conditional = false;
  readonly #locals = new Map<number, number>();
  readonly #scratch = new Map<string, number>();
  /** Where slots are read that stay from cycle to cycle. */
  readonly #places = new Map<number, number>();
  /** Slots whose local is newer than their place in memory. */
  readonly #unsaved = new Set<number>();

  constructor(code: Code, netlist: Netlist, layout: Layout, library: Library) {
    this.code = code;
    this.netlist = netlist;
    this.layout = layout;
    this.library = library;
  }

  /**
   * Goes on in another function where this one is full; to be called between operations. The locals that
   * are `wanted` later are saved, and read from memory from then on.
   */
  divide(wanted: (slot: number) => boolean): void {
    if (this.code.size < maxBytes) return;
    for (const slot of this.#unsaved) if (wanted(slot)) this.save(slot);
    this.filled.push(this.code);
    this.code = new Code(this.code.name, this.code.parameters);
    this.#locals.clear();
    this.#scratch.clear();
    this.#unsaved.clear();
  }

  /** Has a slot of up to 64 bits read from a place in memory from now on. */
  readFrom(slot: number, address: number): void {
    this.#places.set(slot, address);
    this.#locals.delete(slot);
    this.#unsaved.delete(slot);
  }

  /** A local for use within one operation, shared by all that ask for the same name. */
  scratch(name: string, type: ValueType = "i64"): number {
    const local = this.#scratch.get(name) ?? this.code.local(type);
    this.#scratch.set(name, local);
    return local;
  }

  width(slot: number): number {
    return at(this.netlist.widths, slot);
  }
  words(slot: number): number {
    return wordsOf(this.width(slot));
  }
  address(slot: number): number {
    return at(this.layout.slots, slot);
  }

  /** The local that a slot about to be written lives in; `undefined` for one that lives in memory. */
  #localFor(slot: number): number | undefined {
    const known = this.#locals.get(slot);
    if (known !== undefined) return known;
    if (this.width(slot) > 64 || this.code.locals.length >= maxLocals) return undefined;
    const local = this.code.local("i64");
    this.#locals.set(slot, local);
    return local;
  }

  /** Pushes bits `low` to `low + 63` of a slot; bits it does not have are 0. */
  push(slot: number, low = 0): Code {
    const { code } = this;
    const constant = this.netlist.constants.get(slot);
    if (constant !== undefined) return code.i64((constant >> BigInt(low)) & mask(64));
    if (low >= this.width(slot)) return code.i64(0n);
    const element = this.#elementOf(slot);
    const local = this.#locals.get(slot);
    const [word, shift] = [Math.floor(low / 64), low % 64];
    if (local !== undefined) code.get(local);
    else if (element) this.#pushElement(slot, element);
    else code.i32(0).memory("i64.load", this.address(slot) + 8 * word);
    if (shift === 0) return code;
    code.i64(BigInt(shift)).emit("i64.shr_u");
    if (word + 1 >= this.words(slot)) return code;
    code.i32(0).memory("i64.load", this.address(slot) + 8 * (word + 1));
    return code.i64(BigInt(64 - shift)).emit("i64.shl", "i64.or");
  }

  #elementOf(slot: number): LaneArray | undefined {
    const address = this.#places.get(slot);
    return address === undefined
      ? this.layout.elements.get(slot)
      : { address, bytes: 8, width: 64 };
  }

  /** Reads an element; unless that may be left out, whatever else of this function wants it finds it in a local. */
  #pushElement(slot: number, { address, bytes, width }: LaneArray): void {
    this.code.i32(0).memory(narrowLoads[bytes] ?? "i64.load", address);
    if (width < 8 * bytes) this.code.i64(mask(width)).emit("i64.and");
    const local = this.conditional ? undefined : this.#localFor(slot);
    if (local !== undefined) this.code.tee(local);
  }

  /** Pushes a slot's word as a signed value: sign-extended where it holds the top bit. */
  pushSigned(slot: number, word: number): Code {
    const { code } = this;
    this.push(slot, 64 * word);
    const spare = 64 * (word + 1) - this.width(slot);
    if (spare <= 0) return code;
    return code.i64(BigInt(spare)).emit("i64.shl").i64(BigInt(spare)).emit("i64.shr_s");
  }

  /** Pushes all ones where the slot's top bit is 1, otherwise 0. */
  pushSign(slot: number): Code {
    this.code.i64(0n);
    return this.push(slot, this.width(slot) - 1)
      .i64(1n)
      .emit("i64.and", "i64.sub");
  }

  /** Stores what `emit` pushes for each word, clearing bits above the width where `spill` says some may be set. */
  store(slot: number, spill: boolean, emit: (word: number) => void): void {
    const { code } = this;
    const local = this.#localFor(slot);
    for (let word = 0; word < this.words(slot); word++) {
      if (local === undefined) code.i32(0);
      emit(word);
      const bits = Math.min(64, this.width(slot) - 64 * word);
      if (spill && bits < 64) code.i64(mask(bits)).emit("i64.and");
      if (local === undefined) code.memory("i64.store", this.address(slot) + 8 * word);
      else code.set(local);
    }
    if (local !== undefined) this.#unsaved.add(slot);
  }

  /** Copies a slot of up to 64 bits from its place in memory. */
  load(slot: number): void {
    const local = this.#localFor(slot);
    if (local !== undefined) this.code.i32(0).memory("i64.load", this.address(slot)).set(local);
  }

  /** Copies a slot to its place in memory. */
  save(slot: number): void {
    if (this.layout.elements.has(slot)) return;
    if (this.#locals.has(slot) || this.netlist.constants.has(slot)) {
      for (let word = 0; word < this.words(slot); word++) {
        this.code.i32(0);
        this.push(slot, 64 * word).memory("i64.store", this.address(slot) + 8 * word);
      }
    }
  }

  /** Copies words from an address to a slot's place in memory; its local, where it has one, stays as it is. */
  move(from: number, slot: number): void {
    const [words, to] = [this.words(slot), this.address(slot)];
    for (let word = 0; word < words; word += 2) {
      const pair = word + 1 < words;
      this.code
        .i32(0)
        .i32(0)
        .memory(pair ? "v128.load" : "i64.load", from + 8 * word);
      this.code.memory(pair ? "v128.store" : "i64.store", to + 8 * word);
    }
  }
}
