import { at } from "@chisel-ts/core";
import type { CorePorts } from "../../../hdl/core/core.ts";
import { core } from "../../../hdl/core/core.ts";
// From its own file: with the others all engines would be loaded.
import { ProtocolError } from "../../../sim/drive/outcome.ts";
import type {
  BurstMemory,
  Engine,
  InProcessSimulation,
  Simulation,
  Until,
} from "../../../sim/index.ts";
import type { Block } from "../../model/core/index.ts";
import type { CoreProgram } from "./compile.ts";
import type { CoreCounters } from "./counters.ts";
import { DescriptorCheck, type Written } from "./descriptor-check.ts";
import { CoreError } from "./error.ts";
import { HEADER_BYTES } from "./header.ts";
import { imageOf } from "./image.ts";
import { roundUp } from "./layout.ts";
import { CoreMachine } from "./machine.ts";
import { type CoreMemoryModel, coreMemory } from "./memory.ts";

/** A token of a batch, of a sequence: 0 where it is absent. */
export interface BatchToken {
  readonly token: number;
  readonly sequence?: number;
}

export interface CircuitBatch {
  /** The likeliest next token behind each. */
  readonly next: readonly number[];
  readonly cycles: number;
  /** They add up to the cycles. */
  readonly counters: CoreCounters;
}

export interface CircuitToken extends Omit<CircuitBatch, "next"> {
  /** The likeliest next token. */
  readonly token: number;
}

export interface CircuitOptions {
  readonly engine: Engine;
  readonly memory: CoreMemoryModel;
  /** Compare the vector of every descriptor, in an engine of this process; otherwise what a token leaves. */
  readonly check?: boolean;
  /** Sequences that the memory has caches for; 1 where it is absent. */
  readonly sequences?: number;
}

/** What a run has: the memory, and what ends it. */
interface CoreModels {
  readonly memory: BurstMemory;
  readonly stop: Until;
  readonly [name: string]: BurstMemory | Until;
}

/** Cycles of a run at most. */
const MAX_CYCLES = 2 ** 31 - 1;

/**
 * The circuit of the core in a simulator, with a memory. Each token is run by the machine of descriptors too, one after the other:
 * next tokens, caches and status are compared, and with `check` every vector, exponent and span.
 *
 * @example
 * const program = tinyProgram("int8", 8);
 * const circuit = new CoreCircuit(program, { engine: engines.wasm, memory: { latency: 10, outstanding: 4 } });
 * const { cycles, counters } = circuit.next(1);
 * console.log(totalOf(counters) === cycles); // true
 * circuit.close();
 */
export class CoreCircuit {
  readonly #program: CoreProgram;
  readonly #machines: readonly CoreMachine[];
  readonly #dut: Simulation<CorePorts, CoreModels>;
  readonly #check: DescriptorCheck | undefined;
  readonly #stalls: Uint32Array;
  /** All bytes of the memory as the last run left them. */
  #memory: Uint8Array = new Uint8Array();
  /** Of all runs. */
  #cycles = 0;
  /** Bytes from the cache of a sequence to that of the next. */
  readonly #cacheBytes: number;

  /** @throws CoreError for a check in an engine that does not show its state. */
  constructor(
    program: CoreProgram,
    { engine, memory, check = false, sequences = 1 }: CircuitOptions,
  ) {
    const image = imageOf(program);
    const { memoryBytes, imageBytes } = program.header;
    this.#program = program;
    this.#machines = Array.from({ length: sequences }, () => new CoreMachine(image));
    this.#stalls = memory.stalls ?? new Uint32Array();
    this.#cacheBytes = roundUp(memoryBytes - imageBytes, program.core.lanes);
    const bytes = memoryBytes + (sequences - 1) * this.#cacheBytes;
    const idle: Until = { kind: "until", signal: "busy", values: [0] };
    const dut = engine.open(core(program.core), {
      watch: check ? DescriptorCheck.watch : [],
      models: {
        memory: coreMemory(bytes, memory),
        stop: check ? DescriptorCheck.stop : idle,
      },
    });
    if (check) {
      if (!("save" in dut))
        throw new CoreError(`descriptors are checked in this process, not in ${engine.name}`);
      this.#check = new DescriptorCheck(program, dut as InProcessSimulation<CorePorts, CoreModels>);
    }
    this.#dut = dut;
    // The core is not busy: no cycle passes.
    dut.run({ memory: { contents: image } }, 0);
  }

  /** Reads a token of the first sequence. @throws CoreError as `batch` does. */
  next(token: number): CircuitToken {
    const { next, ...took } = this.batch([{ token }]);
    return { token: at(next, 0), ...took };
  }

  /**
   * Reads tokens that share each pass over the weights: some of one sequence, one after the other, or of several.
   *
   * @throws CoreError as `CoreMachine.next`, for more tokens than the core's batch, where the circuit differs from the machine, by
   *   the descriptor where those are checked, and where the memory does not answer.
   */
  batch(tokens: readonly BatchToken[]): CircuitBatch {
    const dut = this.#dut;
    const { batch } = this.#program.core;
    if (tokens.length === 0 || tokens.length > batch)
      throw new CoreError(`${tokens.length} tokens; the core takes 1 to ${batch} together`);
    const written: Written[] = [];
    const expected = tokens.map(({ token, sequence = 0 }, slot) => {
      const machine = this.#machine(sequence);
      dut.in.slot.enable = true;
      dut.in.slot.index = BigInt(slot);
      dut.in.slot.token = BigInt(token);
      dut.in.slot.position = BigInt(machine.position);
      dut.in.slot.cache = BigInt(sequence * this.#cacheBytes);
      const blocks = new Map<number, Block | undefined>();
      written.push(blocks);
      const { token: next } = machine.next(token, (index, block) => blocks.set(index, block));
      dut.step();
      return next;
    });
    dut.in.slot.enable = false;
    const before = this.#counters();
    dut.in.last_slot = BigInt(tokens.length - 1);
    dut.in.first_descriptor = BigInt(HEADER_BYTES);
    dut.in.positions = BigInt(this.#program.header.context);
    dut.in.start = true;
    dut.step();
    dut.in.start = false;
    const cycles = this.#run(written);
    const after = this.#counters();
    this.#compareBatch(tokens, expected);
    return {
      next: expected,
      cycles,
      counters: {
        product_cycles: after.product_cycles - before.product_cycles,
        vector_cycles: after.vector_cycles - before.vector_cycles,
        memory_cycles: after.memory_cycles - before.memory_cycles,
        sequencing_cycles: after.sequencing_cycles - before.sequencing_cycles,
      },
    };
  }

  close(): void {
    this.#dut.close();
  }

  #machine(sequence: number): CoreMachine {
    const machine = this.#machines[sequence];
    if (!machine)
      throw new CoreError(`sequence ${sequence}; there are caches of ${this.#machines.length}`);
    return machine;
  }

  /** Until the core is not busy. @returns the cycles */
  #run(written: readonly Written[]): number {
    const dut = this.#dut;
    const before = this.#cycles;
    for (this.#runModels(); dut.out.busy; this.#runModels()) {
      // In its last cycle a descriptor asks for nothing.
      const finished = this.#check?.finishing();
      dut.step();
      this.#cycles += 1;
      if (finished) this.#check?.compare(finished, written);
    }
    return this.#cycles - before;
  }

  /**
   * Until the core is not busy, or has finished a descriptor that is checked. @throws CoreError by the descriptor, for an address
   * beyond the memory, and a memory that does not answer.
   */
  #runModels(): void {
    try {
      const stalls = rotated(this.#stalls, this.#cycles);
      const { cycles, models } = this.#dut.run({ memory: { stalls } }, MAX_CYCLES);
      this.#memory = models.memory.contents;
      this.#cycles += cycles;
    } catch (error) {
      if (error instanceof ProtocolError) throw new CoreError(`${this.#place()}: ${error.problem}`);
      throw error;
    }
  }

  /** The descriptor that the circuit speaks of. */
  #place(): string {
    const index = Number(this.#dut.out.place);
    const step = this.#program.steps[index];
    return step
      ? `descriptor ${index}, ${step.descriptor.operation}, ${step.note}`
      : `descriptor ${index}`;
  }

  #counters(): CoreCounters {
    const { product, vector, memory, sequencing } = this.#dut.out.cycles;
    return {
      product_cycles: Number(product),
      vector_cycles: Number(vector),
      memory_cycles: Number(memory),
      sequencing_cycles: Number(sequencing),
    };
  }

  #compareBatch(tokens: readonly BatchToken[], expected: readonly number[]): void {
    const { next, invalid, saturated, refused } = this.#dut.out;
    const fail = (problem: string): never => {
      throw new CoreError(`the circuit differs from its model: ${problem}`);
    };
    const status = Object.entries({ invalid, saturated, refused }).find(([, set]) => set);
    if (status) fail(`${this.#place()}: ${status[0]} is set`);
    expected.forEach((token, slot) => {
      if (Number(next[slot]) !== token) fail(`the next token is ${next[slot]}, not ${token}`);
    });
    const start = this.#program.header.imageBytes;
    for (const sequence of new Set(tokens.map((one) => one.sequence ?? 0))) {
      const cache = this.#machine(sequence).memory;
      const offset = sequence * this.#cacheBytes;
      for (let i = start; i < cache.length; i++)
        if (this.#memory[offset + i] !== cache[i])
          fail(
            `byte ${i} of the cache of sequence ${sequence} is ${this.#memory[offset + i]}, not ${cache[i]}`,
          );
    }
  }
}

/** A pattern from an element on: those before it come last. */
function rotated(pattern: Uint32Array, start: number): Uint32Array {
  const first = pattern.length === 0 ? 0 : start % pattern.length;
  const all = new Uint32Array(pattern.length);
  all.set(pattern.subarray(first));
  all.set(pattern.subarray(0, first), pattern.length - first);
  return all;
}
