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
import { CoreMachine } from "./machine.ts";
import { CoreMemory, type CoreMemoryModel } from "./memory.ts";

export interface CircuitToken {
  /** The likeliest next token. */
  readonly token: number;
  readonly cycles: number;
  /** They add up to the cycles. */
  readonly counters: CoreCounters;
}

export interface CircuitOptions {
  readonly engine: Engine;
  readonly memory: CoreMemoryModel;
  /** Compare the vector of every descriptor, in an engine of this process; otherwise what a token leaves. */
  readonly check?: boolean;
}

/** @throws CoreError for rows with factors, which the circuit does not have. */
export function refuseFactors({ steps }: CoreProgram): void {
  const factors = steps.find(({ descriptor }) => descriptor.flags & flags.factors);
  if (factors) throw new CoreError(`${factors.note}: the circuit has no factors of rows`);
}

/** A core that is busy for so many cycles more than its program has work waits for a memory that does not answer. */
const PATIENCE = 100_000;

/**
 * The circuit of the core in a simulator, with a memory. Each token is run by the machine of descriptors too: next token, cache and
 * status are compared, and with `check` every vector, exponent and span.
 */
export class CoreCircuit {
  readonly #program: CoreProgram;
  readonly #machine: CoreMachine;
  readonly #dut: Simulation<CorePorts>;
  readonly #inProcess: InProcessSimulation<CorePorts> | undefined;
  readonly #memory: CoreMemory;

  /** @throws CoreError for rows with factors, which the circuit does not have, and a check in an engine that does not show its state. */
  constructor(program: CoreProgram, { engine, memory, check = false }: CircuitOptions) {
    refuseFactors(program);
    const image = imageOf(program);
    this.#program = program;
    this.#machine = new CoreMachine(image);
    const watch = check ? ["state", "program_counter"] : [];
    this.#dut = engine.open(core(program.core), { watch });
    if (check) {
      if (!("save" in this.#dut))
        throw new CoreError(`descriptors are checked in this process, not in ${engine.name}`);
      this.#inProcess = this.#dut as InProcessSimulation<CorePorts>;
    }
    const bytes = new Uint8Array(program.header.memoryBytes);
    bytes.set(image);
    this.#memory = new CoreMemory(bytes, program.core.lanes, memory);
    this.#dut.reset();
  }

  /**
   * Reads a token.
   *
   * @throws CoreError as `CoreMachine.next`, where the circuit differs from it, by the descriptor where those are checked, and
   *   where the memory does not answer.
   */
  next(token: number): CircuitToken {
    const dut = this.#dut;
    const first = this.#machine.position === 0;
    const written = new Map<number, Block | undefined>();
    const expected = this.#machine.next(token, (index, block) => written.set(index, block));
    const before = this.#counters();
    dut.in.token = BigInt(token);
    dut.in.first_descriptor = BigInt(HEADER_BYTES);
    dut.in.restart = first;
    dut.in.start = true;
    this.#memory.step(dut);
    dut.in.start = false;
    let cycles = 0;
    let idle = 0;
    let worked = -1;
    while (dut.out.busy) {
      const finished = this.#finishing();
      this.#memory.step(dut);
      cycles += 1;
      if (finished !== undefined) this.#compare(finished, written.get(finished));
      // Waiting alone makes no progress.
      if (cycles % 1024 === 0) {
        const waits = Number(dut.out.cycles.memory);
        idle = waits - worked === 1024 ? idle + 1024 : 0;
        worked = waits;
        if (idle > PATIENCE) throw new CoreError(`cycle ${cycles}: the memory does not answer`);
      }
    }
    const after = this.#counters();
    const counters: CoreCounters = {
      product_cycles: after.product_cycles - before.product_cycles,
      vector_cycles: after.vector_cycles - before.vector_cycles,
      memory_cycles: after.memory_cycles - before.memory_cycles,
      sequencing_cycles: after.sequencing_cycles - before.sequencing_cycles,
    };
    this.#compareToken(expected.token);
    return { token: expected.token, cycles, counters };
  }

  close(): void {
    this.#dut.close();
  }

  #counters(): CoreCounters {
    const { product, vector, memory, sequencing } = this.#dut.out.cycles;
    return {
      ...{ product_cycles: Number(product), vector_cycles: Number(vector) },
      ...{ memory_cycles: Number(memory), sequencing_cycles: Number(sequencing) },
    };
  }

  #compareToken(expected: number): void {
    const { next, invalid, saturated, refused } = this.#dut.out;
    const fail = (problem: string): never => {
      throw new CoreError(`the circuit differs from its model: ${problem}`);
    };
    const status = Object.entries({ invalid, saturated, refused }).find(([, set]) => set);
    if (status) fail(`${status[0]} is set`);
    if (Number(next) !== expected) fail(`the next token is ${next}, not ${expected}`);
    const start = this.#program.header.imageBytes;
    const [found, cache] = [this.#memory.bytes, this.#machine.memory];
    for (let i = start; i < cache.length; i++)
      if (found[i] !== cache[i]) fail(`byte ${i} of the cache is ${found[i]}, not ${cache[i]}`);
  }

  /** The descriptor whose last cycle this is. */
  #finishing(): number | undefined {
    const dut = this.#inProcess;
    if (!dut || dut.peek("state") !== coreStates.Finish.value) return undefined;
    return (Number(dut.peek("program_counter")) - HEADER_BYTES) / DESCRIPTOR_BYTES - 1;
  }

  #compare(index: number, block: Block | undefined): void {
    const step = this.#program.steps[index];
    if (!step || !block) return;
    const { target, targetVector, operation, flags: given } = step.descriptor;
    const fail = (what: string, found: number, expected: number): void => {
      if (found !== expected)
        throw new CoreError(
          `descriptor ${index}, ${operation}, ${step.note}: ${what} is ${found}, not ${expected}`,
        );
    };
    const saved = this.#inProcess?.save();
    const lanes = this.#program.core.vectorLanes;
    const vectors = saved?.get("vectors") ?? [];
    block.values.forEach((value, i) => {
      const place = target + i;
      const word = vectors[Math.floor(place / lanes)] ?? 0n;
      fail(`element ${i}`, Number(BigInt.asIntN(32, word >> BigInt(32 * (place % lanes)))), value);
    });
    const exponent = saved?.get("exponents")?.[targetVector] ?? 0n;
    fail("exponent", Number(BigInt.asIntN(16, exponent)), block.exponent);
    if (!(given & flags.spanGoesOn))
      fail("span", Number(saved?.get("spans")?.[targetVector] ?? 0n), block.span);
  }
}
