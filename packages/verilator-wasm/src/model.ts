import { VerilatorError } from "./errors.ts";
import { answersOf, elementBytes, inputsOf, type ModelInterface } from "./interface.ts";
import { type WasmMemory, webAssembly } from "./webassembly.ts";

/** A verilated design that runs in this program. Columns are bytes, little-endian, `elementBytes` an element. */
export interface Model {
  /**
   * Rising clock edges with constant inputs.
   *
   * @param inputs one element a port, in the order of the interface's inputs.
   * @param reset whether the reset is 1 meanwhile.
   * @returns one element of every output and probe, after the edges.
   */
  step(inputs: readonly Uint8Array[], cycles: number, reset: boolean): Uint8Array[];
  /** In cycle i the inputs take element i, outputs and probes are recorded, and the clock rises. */
  run(inputs: readonly Uint8Array[], cycles: number): Uint8Array[];
}

interface Exports {
  readonly memory: WasmMemory;
  _initialize(): void;
  open_model(): void;
  alloc(bytes: number): number;
  release(place: number): void;
  step(inputs: number, outputs: number, cycles: number, reset: number): void;
  run(inputs: number, outputs: number, cycles: number): void;
}

/** WASI's answer to a call that is not there. */
const notSupported = 52;
const badDescriptor = 8;

/**
 * Opens a model that `build` made for the same interface, with its state 0.
 *
 * @throws VerilatorError when a run needs more memory than WebAssembly has, or the design stops itself.
 * @example
 * const inverter = openModel(bytes, ports);
 * const [y] = inverter.step([Uint8Array.of(5)], 0, false);
 */
export function openModel(bytes: Uint8Array, model: ModelInterface): Model {
  const module = new webAssembly.Module(bytes);
  let said = "";
  const view = (): DataView => new DataView(exports.memory.buffer);
  // A model asks its system for a clock, and for a place to say why it stops.
  const answers: Record<string, (...args: number[]) => number> = {
    fd_write(_descriptor, vectors = 0, count = 0, written = 0) {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const place = view().getUint32(vectors + 8 * i, true);
        const length = view().getUint32(vectors + 8 * i + 4, true);
        said += new TextDecoder().decode(new Uint8Array(exports.memory.buffer, place, length));
        total += length;
      }
      view().setUint32(written, total, true);
      return 0;
    },
    clock_time_get(_clock, _precision, place = 0) {
      view().setBigUint64(place, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    environ_sizes_get(count = 0, size = 0) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_prestat_get: () => badDescriptor,
    proc_exit(code) {
      throw new VerilatorError(`the model stopped itself (status ${code}): ${said.trim()}`, said);
    },
  };
  const asked = webAssembly.Module.imports(module);
  const imports = Object.fromEntries(
    asked.map(({ name }) => [name, answers[name] ?? (() => notSupported)]),
  );
  const instance = new webAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  const exports = instance.exports as unknown as Exports;
  exports._initialize();
  try {
    exports.open_model();
  } catch (cause) {
    throw new VerilatorError(
      `no memory for the state of ${model.top}: a model has 4 GiB at most`,
      said,
      { cause },
    );
  }

  const sizes = {
    input: inputsOf(model).map(({ width }) => elementBytes(width)),
    answer: answersOf(model).map(({ width }) => elementBytes(width)),
  };
  const allocate = (length: number): number => {
    // Addresses are 32 bits: what is asked for must not wrap.
    const place = length < 2 ** 31 ? exports.alloc(Math.max(1, length)) : 0;
    if (place === 0)
      throw new VerilatorError(
        `no memory for a column of ${length} bytes: run fewer cycles at once`,
      );
    return place;
  };
  const withColumns = (
    inputs: readonly Uint8Array[],
    elements: number,
    work: (inputs: number, outputs: number) => void,
  ): Uint8Array[] => {
    const places: number[] = [];
    const table = (
      lengths: readonly number[],
    ): { readonly start: number; readonly at: number[] } => {
      const at = lengths.map((length) => {
        const place = allocate(length * elements);
        places.push(place);
        return place;
      });
      const start = allocate(4 * at.length);
      places.push(start);
      for (const [index, place] of at.entries()) view().setUint32(start + 4 * index, place, true);
      return { start, at };
    };
    try {
      const given = table(sizes.input);
      const answered = table(sizes.answer);
      const memory = (): Uint8Array => new Uint8Array(exports.memory.buffer);
      inputs.forEach((column, index) => {
        const length = (sizes.input[index] as number) * elements;
        memory().set(column.subarray(0, length), given.at[index]);
      });
      work(given.start, answered.start);
      return answered.at.map((place, index) =>
        memory().slice(place, place + (sizes.answer[index] as number) * elements),
      );
    } finally {
      for (const place of places) exports.release(place);
    }
  };
  return {
    step: (inputs, cycles, reset) =>
      withColumns(inputs, 1, (given, answered) =>
        exports.step(given, answered, cycles, reset ? 1 : 0),
      ),
    run: (inputs, cycles) =>
      withColumns(inputs, cycles, (given, answered) => exports.run(given, answered, cycles)),
  };
}
