// Runs many stimuli of one module in one loop.

import { at, type HardwareType, type ir } from "@chisel-ts/core";
import { checkedCount } from "../check.ts";
import { bytesFor, columnBytes, columnOn } from "../column.ts";
import { givenColumns } from "../complete.ts";
import type { LaneSimulation } from "../engine.ts";
import { checkedLanes } from "../lanes.ts";
import type { Netlist } from "../netlist.ts";
import { Code } from "./encoder.ts";
import { valuesOf, wholeBlocks } from "./lane-layout.ts";
import type { GroupLayout } from "./layout.ts";
import { elementFor, lanesPerBlock } from "./simd/element.ts";
import { clockEdge, type RecordedArray, recordedEdge, resetState } from "./simd/kernel.ts";
import type { SecondThread } from "./workers/lanes.ts";

/** A port or a watched signal of all lanes. */
interface Row {
  readonly name: string;
  readonly type: HardwareType;
  readonly slot: number;
  readonly bytes: ReturnType<typeof elementFor>;
  /** Of the elements of one cycle. */
  readonly size: number;
  /** Of the columns of a block of cycles. */
  readonly column: number;
  /** Of the values that an input keeps. */
  readonly held: number;
}

/** Bytes of the columns of a block of cycles at most, unless a single cycle takes more: they stay in the second-level cache. */
const maxColumnBytes = 1 << 20;

/** Ports and watched signals at most: a function takes 1,000 parameters. */
const maxRows = 300;

interface LaneLayout {
  readonly group: GroupLayout;
  readonly inputs: readonly Row[];
  readonly recorded: readonly Row[];
  readonly blockCycles: number;
  readonly bytes: number;
}

/** Whether the ports and watched signals of a kernel are few enough for `lanesTogether`. */
export const fitsRows = ({ inputs, outputs, signals }: Netlist): boolean =>
  inputs.length + outputs.length + signals.size <= maxRows;

function layOutLanes({ name }: ir.ModuleIr, kernel: Netlist, count: number): LaneLayout {
  let end = 64;
  const take = (bytes: number): number => {
    const address = end;
    end += 16 * Math.ceil(bytes / 16);
    return address;
  };
  const lanes = Array.from({ length: count }, (_, lane) => lane);
  const laneOf = new Map(lanes.map((lane) => [lane, lane]));
  const group = { name, kernel, lanes, laneOf, results: [], stateName: () => "" };
  const ports = new Set([...kernel.inputs, ...kernel.outputs].map((port) => port.name));
  const watched = [...kernel.signals].filter(([signal]) => !ports.has(signal));
  const answered = [
    ...kernel.outputs,
    ...watched.map(([signal, found]) => ({ name: signal, ...found })),
  ];
  const sizeOf = ({ type }: { readonly type: HardwareType }): number =>
    count * elementFor(type.width);
  const cycleBytes = [...kernel.inputs, ...answered].reduce((sum, port) => sum + sizeOf(port), 1);
  const blockCycles = Math.max(1, Math.floor(maxColumnBytes / cycleBytes));
  const values = valuesOf(group, take);
  const rowOf = (port: Netlist["inputs"][number]): Row => {
    const bytes = elementFor(port.type.width);
    const size = sizeOf(port);
    // The last block of lanes reaches beyond the last row, and beyond what is held.
    const rest = bytes * lanesPerBlock;
    const [column, held] = [take(size * blockCycles + rest), take(size + rest)];
    return { ...port, bytes, size, column, held };
  };
  const inputs = kernel.inputs.map(rowOf);
  const recorded = answered.map(rowOf);
  const arrays = inputs.map(({ bytes, type: { width } }, place) => ({
    address: 0,
    bytes,
    width,
    lanesEach: 1,
    inPlace: true,
    row: 2 + place,
  }));
  const rows = inputs.length + recorded.length;
  const layout = { group, lanes: wholeBlocks(group), inputs: arrays, values, rows };
  return { group: layout, inputs, recorded, blockCycles, bytes: end };
}

/**
 * `step(cycles)`, `reset()`, and `batch(cycles, begin, end, …)`, which takes the lanes from `begin` to the one before `end`, for each
 * input the address and the distance of its rows, and for each recorded signal the address.
 */
function compileLanes({ group, inputs, recorded }: LaneLayout): Code[] {
  const results = recorded.map(({ slot, bytes, type }, place): RecordedArray => {
    const row = 2 + inputs.length + place;
    return { slot, address: 0, bytes, width: type.width, signed: type.kind === "sint", row };
  });
  const call = (code: Code, name: string, addresses: () => void): void => {
    addresses();
    code.call(name);
  };
  const held = (code: Code): void => {
    code.i32(0).i32(group.lanes);
    for (const row of [...inputs, ...recorded]) code.i32(row.held);
  };
  const reset = new Code("reset", []);
  for (const name of ["edge", "clear"]) call(reset, name, () => held(reset));
  const step = new Code("step", ["i32"]);
  step.emit("loop");
  call(step, "edge", () => held(step));
  step.get(0).i32(1).emit("i32.sub").tee(0).branch("br_if", 0).emit("end");
  const batch = new Code("batch", new Array<"i32">(parametersOf({ inputs, recorded })).fill("i32"));
  const steps = [
    ...inputs.map((_, place) => [3 + 2 * place, () => batch.get(4 + 2 * place)] as const),
    ...recorded.map(
      ({ size }, place) => [3 + 2 * inputs.length + place, () => batch.i32(size)] as const,
    ),
  ];
  batch.emit("loop");
  call(batch, "record", () => {
    batch.get(1).get(2);
    for (const [row] of steps) batch.get(row);
  });
  for (const [row, distance] of steps) {
    batch.get(row);
    distance().emit("i32.add").set(row);
  }
  batch.get(0).i32(1).emit("i32.sub").tee(0).branch("br_if", 0).emit("end");
  return [
    ...[clockEdge("edge", group), resetState("clear", group)],
    ...[recordedEdge("record", group, results), reset, step, batch],
  ];
}

export type LaneFunctions = Readonly<Record<string, (...parameters: number[]) => void>>;

/** The functions of some code, by name, and the memory they work on. */
export interface Loaded {
  readonly functions: LaneFunctions;
  readonly memory: WebAssembly.Memory;
  /** A second thread with the same functions and memory, for so many lanes and parameters of `batch`. */
  second?(size: { readonly lanes: number; readonly parameters: number }): SecondThread;
}

/** What `lanesTogether` asks of the engine: code on a memory of so many bytes. */
type Load = (code: readonly Code[], bytes: number) => Loaded;

/** How many parameters `batch` takes. */
const parametersOf = ({ inputs, recorded }: Pick<LaneLayout, "inputs" | "recorded">): number =>
  3 + 2 * inputs.length + recorded.length;

/** Lanes of a module that a loop can compute. */
export function lanesTogether(
  module: ir.ModuleIr,
  kernel: Netlist,
  lanes: number,
  load: Load,
): LaneSimulation {
  const layout = layOutLanes(module, kernel, lanes);
  const { inputs, recorded, blockCycles, bytes } = layout;
  const ports = module.portList.filter(({ direction }) => direction === "input");
  const loaded = load(compileLanes(layout), bytes);
  const { functions, memory } = loaded;
  const whole = new Uint8Array(memory.buffer);
  const all = layout.group.lanes;
  const second =
    lanes === all ? loaded.second?.({ lanes, parameters: parametersOf(layout) }) : undefined;
  let open = true;
  const live = (): LaneFunctions => {
    if (!open) throw new Error(`the simulation of ${module.name} is closed`);
    return functions;
  };
  functions.reset?.();
  return {
    lanes,
    batch(stimulus, cycles) {
      checkedLanes(lanes, cycles);
      live();
      const given = givenColumns({ module, inputs: ports }, stimulus, { cycles, lanes });
      const columns = inputs.map(({ name, type }) => {
        const column = given.get(name);
        return column && columnBytes(column, type.width);
      });
      // A single block is copied as it stands.
      const single = cycles <= blockCycles;
      const answers = recorded.map(({ type }) => bytesFor(type, single ? 0 : cycles * lanes));
      const block = (first: number, count: number): void => {
        const places = inputs.flatMap(({ size, column, held }, index) => {
          const bytes = columns[index];
          if (!bytes) return [held, 0];
          whole.set(bytes.subarray(first * size, (first + count) * size), column);
          return [column, size];
        });
        const rows = [...places, ...recorded.map(({ column }) => column)];
        if (second) second.compute(count, rows);
        else functions.batch?.(count, 0, all, ...rows);
        recorded.forEach(({ size, column }, index) => {
          if (single) answers[index] = whole.slice(column, column + count * size);
          else answers[index]?.set(whole.subarray(column, column + count * size), first * size);
        });
      };
      const run = (from: number, to: number): void => {
        for (let first = from; first < to; first += blockCycles)
          block(first, Math.min(blockCycles, to - first));
      };
      if (second) second.batch(cycles, single, run);
      else run(0, cycles);
      if (cycles > 0)
        inputs.forEach(({ size, held }, index) => {
          whole.set(columns[index]?.subarray((cycles - 1) * size, cycles * size) ?? [], held);
        });
      return Object.fromEntries(
        recorded.map(({ name, type }, index) => [name, columnOn(type, at(answers, index).buffer)]),
      );
    },
    step(cycles = 1) {
      if (checkedCount(cycles) > 0) live().step?.(cycles);
    },
    reset() {
      live().reset?.();
    },
    close() {
      open = false;
    },
  };
}
