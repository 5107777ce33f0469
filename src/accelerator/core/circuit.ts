import { at } from "@chisel-ts/core";
import type { CorePorts } from "../../../hdl/core/core.ts";
import { core } from "../../../hdl/core/core.ts";
import { coreStates } from "../../../hdl/core/registers.ts";
import type { Engine, InProcessSimulation, Simulation } from "../../../sim/index.ts";
import type { Block } from "../../model/core/index.ts";
import type { CoreProgram } from "./compile.ts";
import type { CoreCounters } from "./counters.ts";
import { DESCRIPTOR_BYTES, flags } from "./descriptor.ts";
import { CoreError } from "./error.ts";
import { HEADER_BYTES } from "./header.ts";
import { imageOf } from "./image.ts";
import { roundUp } from "./layout.ts";
import { CoreMachine } from "./machine.ts";
import { CoreMemory, type CoreMemoryModel } from "./memory.ts";

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

/** A core that is busy for so many cycles more than its program has work waits for a memory that does not answer. */
const PATIENCE = 100_000;

/** What the machine wrote with each descriptor, for a token. */
type Written = ReadonlyMap<number, Block | undefined>;

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
  readonly #dut: Simulation<CorePorts>;
  readonly #inProcess: InProcessSimulation<CorePorts> | undefined;
  readonly #memory: CoreMemory;
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
    const watch = check ? ["state", "program_counter", "slot", "last_slot_held"] : [];
    this.#dut = engine.open(core(program.core), { watch });
    if (check) {
      if (!("save" in this.#dut))
        throw new CoreError(`descriptors are checked in this process, not in ${engine.name}`);
      this.#inProcess = this.#dut as InProcessSimulation<CorePorts>;
    }
    this.#cacheBytes = roundUp(memoryBytes - imageBytes, program.core.lanes);
    const bytes = new Uint8Array(memoryBytes + (sequences - 1) * this.#cacheBytes);
    bytes.set(image);
    this.#memory = new CoreMemory(bytes, program.core.lanes, memory);
    this.#dut.reset();
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
      this.#memory.step(dut);
      return next;
    });
    dut.in.slot.enable = false;
    const before = this.#counters();
    dut.in.last_slot = BigInt(tokens.length - 1);
    dut.in.first_descriptor = BigInt(HEADER_BYTES);
    dut.in.positions = BigInt(this.#program.header.context);
    dut.in.start = true;
    this.#memory.step(dut);
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
    let cycles = 0;
    let idle = 0;
    let worked = -1;
    while (dut.out.busy) {
      const finished = this.#finishing();
      this.#step();
      cycles += 1;
      if (finished) this.#compare(finished, written);
      // Waiting alone makes no progress.
      if (cycles % 1024 === 0) {
        const waits = Number(dut.out.cycles.memory);
        idle = waits - worked === 1024 ? idle + 1024 : 0;
        worked = waits;
        if (idle > PATIENCE)
          throw new CoreError(
            `${this.#place()}: the memory did not answer for ${PATIENCE.toLocaleString("en")} cycles`,
          );
      }
    }
    return cycles;
  }

  /** A cycle. @throws CoreError by the descriptor, for an address beyond the memory. */
  #step(): void {
    try {
      this.#memory.step(this.#dut);
    } catch (error) {
      if (error instanceof CoreError) throw new CoreError(`${this.#place()}: ${error.message}`);
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
        if (this.#memory.bytes[offset + i] !== cache[i])
          fail(
            `byte ${i} of the cache of sequence ${sequence} is ${this.#memory.bytes[offset + i]}, not ${cache[i]}`,
          );
    }
  }

  /** The descriptor whose last cycle this is, and for which tokens: of a product at the last one, for all. */
  #finishing(): { readonly index: number; readonly slots: readonly number[] } | undefined {
    const dut = this.#inProcess;
    if (!dut || dut.peek("state") !== coreStates.Finish.value) return undefined;
    const index = (Number(dut.peek("program_counter")) - HEADER_BYTES) / DESCRIPTOR_BYTES - 1;
    const [slot, last] = [Number(dut.peek("slot")), Number(dut.peek("last_slot_held"))];
    if (this.#program.steps[index]?.descriptor.operation !== "product")
      return { index, slots: [slot] };
    return { index, slots: slot < last ? [] : Array.from({ length: last + 1 }, (_, i) => i) };
  }

  #compare(
    { index, slots }: { readonly index: number; readonly slots: readonly number[] },
    written: readonly Written[],
  ): void {
    const step = this.#program.steps[index];
    if (!step || slots.length === 0) return;
    const { target, targetVector, operation, flags: given } = step.descriptor;
    const saved = this.#inProcess?.save();
    const lanes = this.#program.core.vectorLanes;
    for (const slot of slots) {
      const block = written[slot]?.get(index);
      if (!block) continue;
      const fail = (what: string, found: number, expected: number): void => {
        if (found !== expected)
          throw new CoreError(
            `descriptor ${index}, ${operation}, ${step.note}${slots.length > 1 ? `, token ${slot} of the batch` : ""}: ${what} is ${found}, not ${expected}`,
          );
      };
      const vectors = saved?.get(`vectors_${slot}`) ?? [];
      block.values.forEach((value, i) => {
        const place = target + i;
        const word = vectors.at(Math.floor(place / lanes)) ?? 0n;
        const element = Number(BigInt.asIntN(32, word >> BigInt(32 * (place % lanes))));
        fail(`element ${i}`, element, value);
      });
      const exponent = saved?.get(`exponents_${slot}`)?.[targetVector] ?? 0n;
      fail("exponent", Number(BigInt.asIntN(16, exponent)), block.exponent);
      if (!(given & flags.spanGoesOn))
        fail("span", Number(saved?.get(`spans_${slot}`)?.[targetVector] ?? 0n), block.span);
    }
  }
}
