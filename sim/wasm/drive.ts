// Compiles the loop that runs models together with the circuit.

import { at, type ir } from "@chisel-ts/core";
import type { Port } from "../cells.ts";
import { elementBytes } from "../column.ts";
import type { Model, NamedModel } from "../drive/models.ts";
import { bytesOf, type Done, dataPorts, type Task } from "../drive/work.ts";
import {
  type AgentCode,
  type Field,
  fields,
  memoryCode,
  queueEntryBytes,
  type Surroundings,
  scriptCode,
  sinkCode,
  sourceCode,
} from "./agents.ts";
import { edgeFunctions, type Unit } from "./compile.ts";
import type { Cycle } from "./cycle.ts";
import { Code } from "./encoder.ts";
import { narrowLoads } from "./layout.ts";
import {
  add,
  constant,
  copy,
  isZero,
  load,
  or,
  type Statement,
  type Value,
  Words,
} from "./statement.ts";

/** Where a model's own things are in memory. */
interface Area {
  readonly named: NamedModel;
  readonly words: Words<Field>;
  readonly base: number;
  readonly staging: number;
  readonly held: number;
  readonly stagingBytes: number;
  readonly queue: number;
  readonly size: number;
  /** What is captured: ports of a stream's data. */
  readonly captured: readonly string[];
}

/** What the host and the code agree on. */
export interface DriveLayout {
  readonly areas: readonly Area[];
  readonly cycle: number;
  /** Where the data of a run begin; words of all models are before it. */
  readonly heap: number;
}

/** The ports of a model that carry what the circuit offers. */
function capturedBy(model: Model): readonly string[] {
  if (model.kind === "sink")
    return [...model.data, ...(model.last === undefined ? [] : [model.last])];
  if (model.kind !== "memory") return [];
  const { address, write, data = [] } = model.request;
  return [address, ...(write === undefined ? [] : [write]), ...data];
}

/** Places everything from an address on. */
export function layOutModels(
  module: ir.ModuleIr,
  models: readonly NamedModel[],
  start: number,
): DriveLayout {
  let end = start;
  const take = (bytes: number): number => {
    const address = end;
    end += 16 * Math.ceil((bytes + 8) / 16);
    return address;
  };
  const bytes = (names: readonly string[]): number =>
    bytesOf(module.portList.filter(({ name }) => names.includes(name)).map(({ type }) => type));
  const cycle = take(4);
  const areas = models.map((named): Area => {
    const { model } = named;
    const captured = capturedBy(model);
    const [size, stagingBytes] = [bytes(dataPorts(model)), bytes(captured)];
    const base = take(4 * fields.length);
    const queued = model.kind === "memory" ? model.outstanding : 0;
    return {
      ...{ named, base, words: new Words<Field>(fields, base), captured, size, stagingBytes },
      ...{ staging: take(stagingBytes), held: take(stagingBytes) },
      queue: take(queueEntryBytes(size) * queued),
    };
  });
  return { areas, cycle, heap: end };
}

/** The outputs that models look at in every cycle, not only where something is valid. */
function watchedBy(model: Model): readonly string[] {
  switch (model.kind) {
    case "source":
      return [model.ready];
    case "sink":
      return [model.valid];
    case "memory":
      return [model.request.valid, model.response.ready];
    case "registers": {
      const { awready, wready, bvalid, bresp, arready, rvalid, rdata, rresp } = model.ports;
      return [awready, wready, bvalid, bresp, arready, rvalid, rdata, rresp];
    }
  }
}

const codeOf: {
  readonly [K in Model["kind"]]: (
    model: Extract<Model, { kind: K }>,
    surroundings: Surroundings,
  ) => AgentCode;
} = { source: sourceCode, sink: sinkCode, registers: scriptCode, memory: memoryCode };

/**
 * `drive(mostCycles)` runs models with the circuit: in every cycle they set inputs, `watch` computes what they look at,
 * they look at it, and the clock rises.
 */
export function driveFunctions(unit: Unit, { areas, cycle }: DriveLayout): Code[] {
  const { netlist } = unit.plan;
  const { layout } = unit;
  const outputs = new Map(netlist.outputs.map((port) => [port.name, port]));
  const inputs = new Map(netlist.inputs.map((port) => [port.name, port]));
  const portOf = (ports: ReadonlyMap<string, Port>, name: string): Port => {
    const port = ports.get(name);
    if (!port) throw new Error(`there is no port ${name}`);
    return port;
  };
  const now = load(constant(0), cycle);
  const left = areas.map(({ words }) => words.get("left"));
  const functions: Code[] = [];
  const define = (name: string, statements: readonly Statement[]): void => {
    const code = new Code(name, []);
    for (const statement of statements) statement(code);
    functions.push(code);
  };
  areas.forEach((area, index) => {
    const { named, captured } = area;
    const capture = `capture_${index}`;
    if (captured.length > 0) {
      const ports = captured.map((name) => portOf(outputs, name));
      functions.push(
        ...unit.settle(
          capture,
          ports.map(({ slot }) => slot),
          (cycle) => writePacked(cycle, ports, area.staging),
        ),
      );
    }
    const address =
      named.model.kind === "memory" ? portOf(outputs, named.model.request.address) : undefined;
    const surroundings: Surroundings = {
      ...area,
      ...{
        cycle: now,
        capture,
        left,
        addressBytes: address ? elementBytes(address.type.width) : 0,
      },
      output: (name) => outputValue(layout, portOf(outputs, name)),
      input: (name, value) => setInput(layout.slots, portOf(inputs, name), value),
      inputs: (names, from) =>
        copyPacked(
          layout.slots,
          names.map((name) => portOf(inputs, name)),
          from,
        ),
      ones: (name) => 2 ** portOf(inputs, name).type.width - 1,
    };
    const compile = codeOf[named.model.kind] as (
      model: Model,
      surroundings: Surroundings,
    ) => AgentCode;
    const { present, observe } = compile(named.model, surroundings);
    define(`present_${index}`, present);
    define(`observe_${index}`, observe);
  });
  const watched = areas
    .flatMap(({ named }) => watchedBy(named.model))
    .map((name) => portOf(outputs, name).slot);
  functions.push(
    ...unit.settle("watch", watched, (cycle) => {
      for (const slot of new Set(watched)) cycle.save(slot);
    }),
  );
  return [...functions, ...edgeFunctions(unit), driveLoop(areas, cycle)];
}

function driveLoop(areas: readonly Area[], cycle: number): Code {
  const drive = new Code("drive", ["i32"]);
  const any = (field: Field): Value =>
    areas.map(({ words }) => words.get(field)).reduce(or, constant(0));
  const each = (verb: string): void =>
    areas.forEach((_, index) => {
      drive.call(`${verb}_${index}`);
    });
  const now = load(constant(0), cycle);
  each("present");
  drive.emit("block", "loop");
  isZero(any("left"))(drive);
  drive.branch("br_if", 1);
  now(drive);
  drive.get(0).emit("i32.eq").branch("br_if", 1);
  drive.call("watch");
  each("observe");
  any("violation")(drive);
  drive.branch("br_if", 1).call("edge");
  drive.i32(0);
  add(now, constant(1))(drive);
  drive.memory("i32.store", cycle);
  each("present");
  return drive.branch("br", 0).emit("end", "end");
}

function writePacked(cycle: Cycle, ports: readonly Port[], start: number): void {
  let address = start;
  for (const port of ports) {
    cycle.write(port, address);
    address += elementBytes(port.type.width);
  }
}

/** The low 32 bits of an output that `watch` has computed. */
function outputValue({ elements, slots }: Unit["layout"], { slot, type }: Port): Value {
  const element = elements.get(slot);
  if (!element) return load(constant(0), at(slots, slot));
  return (code) => {
    code
      .i32(0)
      .memory(narrowLoads[element.bytes] ?? "i64.load", element.address)
      .emit("i32.wrap_i64");
    if (type.width < 32) code.i32(2 ** type.width - 1).emit("i32.and");
  };
}

function setInput(slots: readonly number[], { slot, type }: Port, value: Value): Statement {
  const bytes = elementBytes(type.width);
  const store = bytes === 1 ? "i32.store8" : bytes === 2 ? "i32.store16" : "i32.store";
  return (code) => {
    code.i32(0);
    value(code);
    code.memory(store, at(slots, slot));
  };
}

/** Copies packed bytes to inputs, those that follow one another in one piece. */
function copyPacked(slots: readonly number[], ports: readonly Port[], from: Value): Statement[] {
  const pieces: { to: number; at: number; bytes: number }[] = [];
  let next = 0;
  for (const { slot, type } of ports) {
    const [to, bytes] = [at(slots, slot), elementBytes(type.width)];
    const before = pieces.at(-1);
    if (before && before.to + before.bytes === to) before.bytes += bytes;
    else pieces.push({ to, at: next, bytes });
    next += bytes;
  }
  return pieces.map((piece) =>
    copy(constant(piece.to), add(from, constant(piece.at)), piece.bytes),
  );
}

const padded = (bytes: number): number => 16 * Math.ceil((bytes + 8) / 16);

/** Bytes of what a model reads and writes: beats or words, pattern, arrivals, steps, cycles taken, last flags, reads. */
const piecesOf = ({ count, size, pattern, arrivals, steps, reads }: Task): number[] => [
  size * count,
  4 * pattern.length,
  4 * arrivals.length,
  4 * steps.length,
  4 * count,
  count,
  4 * reads,
];

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
  const sizes = tasks.map(piecesOf);
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
  const words = new Uint32Array(memory, 0, memory.byteLength >> 2);
  const bytes = new Uint8Array(memory);
  words[cycle >> 2] = 0;
  areas.forEach(({ words: own, base, named }, index) => {
    const task = at(tasks, index);
    const [data = 0, pattern = 0, arrivals = 0, steps = 0, transfers = 0, last = 0, reads = 0] = at(
      places.pieces,
      index,
    );
    words.fill(0, base >> 2, (base >> 2) + fields.length);
    const set = (field: Field, value: number): void => {
      words[own.address(field) >> 2] = value;
    };
    bytes.set(task.bytes, data);
    words.set(task.pattern, pattern >> 2);
    words.set(task.arrivals, arrivals >> 2);
    words.set(task.steps, steps >> 2);
    if (named.model.kind !== "memory") set("left", task.count);
    set("count", task.count);
    set("data", data);
    set("next", named.model.kind === "source" ? (task.pattern.at(0) ?? 0) : 0);
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
  const words = new Uint32Array(memory, 0, memory.byteLength >> 2);
  // One copy for all, since a run may be short.
  const bytes = new Uint8Array(memory.slice(start, end));
  const copied = (address: number, size: number): Uint8Array =>
    bytes.subarray(address - start, address - start + size);
  const copiedWords = (address: number, count: number): Uint32Array =>
    new Uint32Array(bytes.buffer, address - start, count);
  const done = areas.map(({ words: own, size, named }, index): Done => {
    const get = (field: Field): number => words[own.address(field) >> 2] as number;
    const [data = 0, , , , transfers = 0, last = 0, reads = 0] = at(pieces, index);
    const count = at(tasks, index).count;
    const left = get("left");
    const beats = count - left;
    // By itself: what reads numbers of several bytes looks at its buffer.
    const packed = (elements: number): Uint8Array => copied(data, size * elements).slice();
    const common = { ...none, left, violation: get("violation") };
    switch (named.model.kind) {
      case "registers":
        return { ...common, reads: copiedWords(reads, (get("reads") - reads) >> 2) };
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
  return { cycles: words[cycle >> 2] as number, done };
}
