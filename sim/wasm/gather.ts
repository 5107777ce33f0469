// Copies the inputs of lanes to the arrays of their group.

import { at } from "@chisel-ts/core";
import type { Code } from "./encoder.ts";
import type { LaneArray, LaneInput } from "./lane-layout.ts";
import { type GroupLayout, type Layout, narrowLoads, narrowStores } from "./layout.ts";
import { shuffle, sourceVectors } from "./shuffle.ts";
import type { ElementBytes } from "./simd/element.ts";
import { findTransposition, side, transposition } from "./transpose.ts";
import type { Values } from "./values.ts";

/** Copies of more bytes than this are left to `memory.copy`. */
const maxUnrolled = 256;

/** Where an element comes from. */
interface Source {
  readonly slot: number;
  readonly element: LaneArray | undefined;
}

/** Brings inputs of lanes to the group's arrays, each once a cycle. */
export class Gatherer {
  readonly #values: Values;
  readonly #layout: Layout;
  readonly #done = new Map<GroupLayout, Set<string>>();

  constructor(values: Values, layout: Layout) {
    this.#values = values;
    this.#layout = layout;
  }

  /**
   * Gathers inputs of lanes: `wanted` lists them as `[input, lane]`; `between` is called where the code may
   * go on in another function.
   */
  gather(
    layout: GroupLayout,
    wanted: readonly (readonly [number, number])[],
    between: () => void,
  ): void {
    const places = new Map<number, number[]>();
    const { name } = layout.group;
    const done = this.#done.get(layout) ?? new Set<string>();
    this.#done.set(layout, done);
    for (const [input, lane] of wanted) {
      const { inPlace, lanesEach } = inputOf(layout, input);
      const place = Math.floor(lane / lanesEach);
      const key = `${input}.${place}`;
      if (inPlace || done.has(key)) continue;
      if (!this.#values.conditional) done.add(key);
      const own = places.get(input);
      if (own) own.push(place);
      else places.set(input, [place]);
    }
    for (const [input, own] of places) {
      const what = `${name}.${layout.group.kernel.inputs[input]?.name}`;
      this.#values.code.remark(`${what} of its lanes`).from(`copies to the lanes of ${what}`);
      own.sort((a, b) => a - b);
      this.#gatherInput(layout, input, own, between);
    }
  }

  #gatherInput(
    layout: GroupLayout,
    input: number,
    places: readonly number[],
    between: () => void,
  ): void {
    const target = inputOf(layout, input);
    const sources = new Map(
      places.map((place) => [place, this.#source(layout, input, place * target.lanesEach)]),
    );
    const rest = target.bytes === 1 ? this.#transpose(target, places, sources) : places;
    for (let i = 0; i < rest.length; ) {
      const place = at(rest, i);
      const to = target.address + place * target.bytes;
      const { slot = 0, element } = sources.get(place) ?? {};
      const same = runOf(rest, i, (next) => sources.get(next)?.slot === slot);
      const row = runOf(rest, i, (next) => {
        const own = sources.get(next)?.element;
        return (
          own?.bytes === target.bytes &&
          own.address === (element?.address ?? 0) + (next - place) * target.bytes
        );
      });
      if (element && row > 1 && row >= same) {
        copy(this.#values.code, element.address, to, row * target.bytes);
        i += row;
      } else if (this.#shuffle(rest, i, target, sources)) {
        i += 16 / target.bytes;
      } else if (same * target.bytes >= 16) {
        this.#spread(slot, to, target.bytes, same);
        i += same;
      } else {
        this.#store(slot, to, target);
        i += 1;
      }
      between();
    }
  }

  #source(layout: GroupLayout, input: number, lane: number): Source {
    const instance = at(this.#values.netlist.kept, at(layout.group.lanes, lane));
    const slot = at(instance.inputs, input);
    return { slot, element: this.#layout.elements.get(slot) };
  }

  /** Brings squares of bytes whose rows are side by side where they come from; returns the places that are left. */
  #transpose(
    target: LaneInput,
    places: readonly number[],
    sources: ReadonlyMap<number, Source>,
  ): readonly number[] {
    const left = new Set(places);
    const addressAt = (place: number): number | undefined =>
      left.has(place) ? sources.get(place)?.element?.address : undefined;
    for (const place of places) {
      const found = findTransposition(place, places.length, addressAt);
      if (!found) continue;
      const { code, library } = this.#values;
      const name = library.need("transpose", transposition);
      code.i32(found.from).i32(found.pitch);
      code.i32(target.address + place).i32(found.apart);
      code.call(name);
      for (let row = 0; row < side; row++)
        for (let at = 0; at < side; at++) left.delete(place + row * found.apart + at);
    }
    return places.filter((place) => left.has(place));
  }

  /** Brings one vector of elements from few others, where that is less than one by one. */
  #shuffle(
    places: readonly number[],
    start: number,
    { address, bytes }: LaneInput,
    sources: ReadonlyMap<number, Source>,
  ): boolean {
    const [place = 0, ...next] = places.slice(start, start + 16 / bytes);
    const own = [place, ...next].flatMap((one, index) => {
      const element = sources.get(one)?.element;
      return one === place + index && element?.bytes === bytes ? [element.address] : [];
    });
    if (own.length < 16 / bytes) return false;
    const vectors = sourceVectors(own, bytes);
    if (vectors.length === 0) return false;
    const { code } = this.#values;
    code.i32(0);
    shuffle(code, vectors, own, bytes);
    code.memory("v128.store", address + place * bytes);
    return true;
  }

  /** Stores one value in as many elements as fill vectors, and more. */
  #spread(slot: number, to: number, bytes: ElementBytes, count: number): void {
    const { code } = this.#values;
    const local = this.#values.scratch("spread", "v128");
    this.#values.push(slot);
    if (bytes < 8) code.emit("i32.wrap_i64");
    code.emit(splats[bytes]).set(local);
    const size = bytes * count;
    for (let at = 0; at < size; at += 16) {
      const place = to + Math.min(at, size - 16);
      code.i32(0).get(local).memory("v128.store", place);
    }
  }

  #store(slot: number, to: number, { bytes }: LaneArray): void {
    const { code } = this.#values;
    code.i32(0);
    this.#values.push(slot).memory(narrowStores[bytes] ?? "i64.store", to);
  }
}

const splats = { 1: "i8x16.splat", 2: "i16x8.splat", 4: "i32x4.splat", 8: "i64x2.splat" } as const;

function inputOf({ inputs }: GroupLayout, input: number): LaneInput {
  const found = inputs[input];
  if (!found) throw new Error(`a group has no input ${input}`);
  return found;
}

/** How many places from one on are neighbours for which something holds; the first one counts always. */
function runOf(
  places: readonly number[],
  start: number,
  holds: (place: number) => boolean,
): number {
  const first = at(places, start);
  let count = 1;
  while (places[start + count] === first + count && holds(first + count)) count += 1;
  return count;
}

/** Copies bytes between places that do not overlap; the last piece may overlap the one before it. */
function copy(code: Code, from: number, to: number, bytes: number): void {
  if (bytes > maxUnrolled) {
    code.i32(to).i32(from).i32(bytes).emit("memory.copy");
    return;
  }
  const size = [16, 8, 4, 2, 1].find((piece) => piece <= bytes) ?? 1;
  const piece = (at: number): void => {
    code.i32(0).i32(0);
    if (size === 16) code.memory("v128.load", from + at).memory("v128.store", to + at);
    else {
      code.memory(narrowLoads[size] ?? "i64.load", from + at);
      code.memory(narrowStores[size] ?? "i64.store", to + at);
    }
  };
  for (let at = 0; at + size <= bytes; at += size) piece(at);
  if (bytes % size > 0) piece(bytes - size);
}
