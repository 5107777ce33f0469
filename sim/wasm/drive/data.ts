// Copies the work of a run to where the code of models reads it, and its outcome back.

import { at } from "@chisel-ts/core";
import type { Done } from "../../drive/outcome.ts";
import type { NamedModel } from "../../drive/ports.ts";
import type { Task } from "../../drive/task.ts";
import { type Field, fields } from "./agent.ts";
import type { DriveLayout } from "./layout.ts";

const padded = (bytes: number): number => 16 * Math.ceil((bytes + 8) / 16);

/** Bytes of what a model reads and writes: beats or words, pattern, arrivals, steps, cycles taken, last flags, reads. */
function piecesOf({ model }: NamedModel, task: Task): number[] {
  const { size, pattern, arrivals, steps, reads } = task;
  // The bytes of a memory of bursts have a place of their own.
  const count = model.kind === "burst" ? 0 : task.count;
  return [
    size * count,
    4 * pattern.length,
    4 * arrivals.length,
    4 * steps.length,
    4 * count,
    count,
    4 * reads,
  ];
}

/** Where the pieces of each task are, and the bytes from the first to the last of those that a run writes: those are the last. */
interface Places {
  readonly pieces: readonly (readonly number[])[];
  readonly written: readonly [start: number, end: number];
}

/** Whether the code writes a piece: what a source sends and what tells a model what to do it only reads. */
const isWritten = ({ model }: NamedModel, piece: number): boolean =>
  piece === 0 ? model.kind !== "source" : piece > 3;

/** Places what is only read before what is written, which then is one piece to copy. */
export function placesOf({ areas, heap }: DriveLayout, tasks: readonly Task[]): Places {
  let end = heap;
  const sizes = areas.map(({ named }, index) => piecesOf(named, at(tasks, index)));
  const pieces = sizes.map((own) => own.map(() => 0));
  const place = (written: boolean): void =>
    areas.forEach(({ named }, index) => {
      sizes[index]?.forEach((size, piece) => {
        const own = pieces[index];
        if (!own || isWritten(named, piece) !== written) return;
        own[piece] = end;
        end += padded(size);
      });
    });
  place(false);
  const start = end;
  place(true);
  return { pieces, written: [start, end] };
}

/** Fills the words of the models for a run. */
export function prepare(
  { areas, cycle }: DriveLayout,
  tasks: readonly Task[],
  places: Places,
  memory: ArrayBuffer,
): void {
  const words = new Uint32Array(memory, 0, memory.byteLength / 4);
  const bytes = new Uint8Array(memory);
  words[cycle >>> 2] = 0;
  areas.forEach(({ words: own, base, named, kept }, index) => {
    const { model } = named;
    const task = at(tasks, index);
    const [data = 0, pattern = 0, arrivals = 0, steps = 0, transfers = 0, last = 0, reads = 0] = at(
      places.pieces,
      index,
    );
    words.fill(0, base >>> 2, (base >>> 2) + fields.length);
    const set = (field: Field, value: number): void => {
      words[own.address(field) >>> 2] = value;
    };
    bytes.set(task.bytes, data);
    words.set(task.pattern, pattern >>> 2);
    words.set(task.arrivals, arrivals >>> 2);
    words.set(task.steps, steps >>> 2);
    if (model.kind !== "memory" && model.kind !== "burst") set("left", task.count);
    if (model.kind === "burst") {
      new DataView(memory).setFloat64(own.address("interval"), model.interval, true);
      if (task.contents) {
        bytes.set(task.contents, kept);
        bytes.fill(0, kept + task.contents.length, kept + model.bytes);
      }
    }
    set("count", task.count);
    set("data", data);
    set("next", model.kind === "source" ? (task.pattern.at(0) ?? 0) : 0);
    if (task.pattern.length > 0) {
      set("pattern", pattern);
      set("place", pattern);
      set("period", pattern + 4 * task.pattern.length);
    }
    // Where there are no arrivals, the word at address 0, which nothing is stored to.
    set("arrivals", task.arrivals.length > 0 ? arrivals : 0);
    set("stride", task.arrivals.length > 0 ? 4 : 0);
    set("steps", steps);
    set("transfers", transfers);
    set("last", last);
    set("reads", reads);
  });
}

/** What a model that gives nothing of a kind has of it: arrays cost a short run more than its cycles. */
const none = {
  transfers: new Uint32Array(),
  bytes: new Uint8Array(),
  last: new Uint8Array(),
  reads: new Uint32Array(),
};

/** What the models have done. */
export function collect(
  { areas, cycle }: DriveLayout,
  tasks: readonly Task[],
  { pieces, written: [start, end] }: Places,
  memory: ArrayBuffer,
): { readonly cycles: number; readonly done: readonly Done[] } {
  const words = new Uint32Array(memory, 0, memory.byteLength / 4);
  // One copy for all, since a run may be short.
  const bytes = new Uint8Array(memory.slice(start, end));
  const copied = (address: number, size: number): Uint8Array =>
    bytes.subarray(address - start, address - start + size);
  const copiedWords = (address: number, count: number): Uint32Array =>
    new Uint32Array(bytes.buffer, address - start, count);
  const done = areas.map(({ words: own, size, named: { model }, kept }, index): Done => {
    const get = (field: Field): number => words[own.address(field) >>> 2] as number;
    const [data = 0, , , , transfers = 0, last = 0, reads = 0] = at(pieces, index);
    const count = at(tasks, index).count;
    const left = get("left");
    const beats = count - left;
    // By itself: what reads numbers of several bytes looks at its buffer.
    const packed = (elements: number): Uint8Array => copied(data, size * elements).slice();
    const address = 2 ** 32 * get("address_high") + get("address");
    const common = { ...none, left, violation: get("violation"), address };
    switch (model.kind) {
      case "burst":
        return { ...common, bytes: new Uint8Array(memory, kept, model.bytes) };
      case "until":
        return { ...common, reads: Uint32Array.of(get("value")) };
      case "registers":
        return { ...common, reads: copiedWords(reads, (get("reads") - reads) >>> 2) };
      case "memory":
        return { ...common, bytes: packed(count) };
      case "source":
        return { ...common, transfers: copiedWords(transfers, beats) };
      default: {
        const accepted = copiedWords(transfers, beats);
        return { ...common, transfers: accepted, bytes: packed(beats), last: copied(last, beats) };
      }
    }
  });
  return { cycles: words[cycle >>> 2] as number, done };
}
