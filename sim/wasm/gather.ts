import type { Code } from "./encoder.ts";
import {
  type GroupLayout,
  type LaneArray,
  type Layout,
  narrowLoads,
  narrowStores,
} from "./layout.ts";
import type { Values } from "./values.ts";

/** Copies of more bytes than this are left to `memory.copy`. */
const maxUnrolled = 256;

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
    const byInput = new Map<number, number[]>();
    const { name } = layout.group;
    const done = this.#done.get(layout) ?? new Set<string>();
    this.#done.set(layout, done);
    for (const [input, lane] of wanted) {
      const key = `${input}.${layout.inputs[input]?.shared ? 0 : lane}`;
      if (done.has(key)) continue;
      done.add(key);
      const lanes = byInput.get(input);
      if (lanes) lanes.push(lane);
      else byInput.set(input, [lane]);
    }
    for (const [input, lanes] of byInput) {
      const what = `${name}.${layout.group.kernel.inputs[input]?.name}`;
      this.#values.code.remark(`${what} of its lanes`).from(`copies to the lanes of ${what}`);
      this.#gatherInput(layout, input, lanes, between);
    }
  }

  #gatherInput(
    layout: GroupLayout,
    input: number,
    lanes: readonly number[],
    between: () => void,
  ): void {
    const target = layout.inputs[input];
    if (!target) return;
    const sorted = [...lanes].sort((a, b) => a - b);
    const sources = sorted.map((lane) => this.#source(layout, input, lane));
    for (let i = 0; i < sorted.length; ) {
      const lane = target.shared ? 0 : (sorted[i] ?? 0);
      const to = target.address + lane * target.bytes;
      const count = this.#runLength(sorted, sources, i, target);
      const from = sources[i]?.element;
      if (from && count > 1) copy(this.#values.code, from.address, to, count * target.bytes);
      else this.#store(sources[i]?.slot ?? 0, to, target);
      i += count;
      between();
    }
  }

  #source(
    layout: GroupLayout,
    input: number,
    lane: number,
  ): { slot: number; element: LaneArray | undefined } {
    const instance = this.#values.netlist.kept[layout.group.lanes[lane] ?? -1];
    const slot = instance?.inputs[input] ?? -1;
    return { slot, element: this.#layout.elements.get(slot) };
  }

  /** How many lanes from one on take neighbouring elements of one array. */
  #runLength(
    lanes: readonly number[],
    sources: readonly { element: LaneArray | undefined }[],
    start: number,
    target: LaneArray,
  ): number {
    const first = sources[start]?.element;
    if (!first || first.bytes !== target.bytes) return 1;
    let count = 1;
    while (
      lanes[start + count] === (lanes[start] ?? 0) + count &&
      sources[start + count]?.element?.address === first.address + count * first.bytes &&
      sources[start + count]?.element?.bytes === first.bytes
    ) {
      count += 1;
    }
    return count;
  }

  #store(slot: number, to: number, { bytes }: LaneArray): void {
    const { code } = this.#values;
    code.i32(0);
    this.#values.push(slot).memory(narrowStores[bytes] ?? "i64.store", to);
  }
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
