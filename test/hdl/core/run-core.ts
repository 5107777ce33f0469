import { core } from "../../../hdl/core/core.ts";
import type { CoreParameters } from "../../../hdl/core/parameters.ts";
import { coreStates } from "../../../hdl/core/registers.ts";
import { engines } from "../../../sim/index.ts";
import { CoreMachine, type CoreProgram, imageOf } from "../../../src/accelerator/core/index.ts";
import type { Block } from "../../../src/model/core/index.ts";
import { CoreMemory, type MemoryModel } from "./memory.ts";

export type { MemoryModel };

export interface CoreCycles {
  readonly product: number;
  readonly vector: number;
  readonly memory: number;
  readonly sequencing: number;
}

export interface TokenRun {
  readonly next: number;
  readonly cycles: number;
  /** Of this token. */
  readonly counted: CoreCycles;
}

/** The first descriptor whose result differs, in words. */
export class Difference extends Error {}

/**
 * Reads tokens on the circuit in the in-process engine; each descriptor's vector, exponent and span, the whole memory, the next token
 * and the sum of the counters are compared with the machine of descriptors.
 *
 * @param each whether every descriptor is compared, or only what a token leaves
 */
export function runCore(
  program: CoreProgram,
  parameters: CoreParameters,
  tokens: readonly number[],
  model: MemoryModel,
  each = true,
): TokenRun[] {
  const image = imageOf(program);
  const machine = new CoreMachine(image);
  const dut = engines.wasm.open(core(parameters), { watch: ["state", "program_counter"] });
  const bytes = new Uint8Array(program.header.memoryBytes);
  bytes.set(image);
  const memory = new CoreMemory(bytes, parameters.lanes, model);
  const runs: TokenRun[] = [];
  const counters = () => {
    const { product, vector, memory: waits, sequencing } = dut.out.cycles;
    return [product, vector, waits, sequencing].map(Number) as [number, number, number, number];
  };
  try {
    dut.reset();
    tokens.forEach((token, t) => {
      const written = new Map<number, Block | undefined>();
      const expected = machine.next(token, (index, block) => written.set(index, block));
      const before = counters();
      Object.assign(dut.in, {
        token: BigInt(token),
        first_descriptor: 64n,
        start: true,
        restart: t === 0,
      });
      memory.step(dut);
      dut.in.start = false;
      let cycles = 0;
      while (dut.out.busy) {
        if (cycles > 1e7) throw new Difference(`token ${t} does not end`);
        const finishes = Number(dut.peek("state")) === Number(coreStates.Finish.value);
        const index = Number(dut.peek("program_counter")) / 64 - 2;
        memory.step(dut);
        cycles += 1;
        if (finishes && each) compare(program, index, written.get(index), dut.save());
      }
      const after = counters();
      const [product, vector, waits, sequencing] = after.map((now, i) => now - (before[i] ?? 0));
      const counted = { product, vector, memory: waits, sequencing } as CoreCycles;
      runs.push({ next: Number(dut.out.next), cycles, counted });
      if (Number(dut.out.next) !== expected.token)
        throw new Difference(`token ${t}: next is ${dut.out.next}, not ${expected.token}`);
      if (dut.out.invalid || dut.out.saturated || dut.out.refused)
        throw new Difference(`token ${t}: a status bit is set`);
      const wrong = bytes.findIndex((byte, i) => byte !== machine.memory[i]);
      if (wrong >= 0) throw new Difference(`token ${t}: byte ${wrong} of the memory`);
    });
    return runs;
  } finally {
    dut.close();
  }

  function compare(
    { steps }: CoreProgram,
    index: number,
    block: Block | undefined,
    saved: ReadonlyMap<string, readonly bigint[]>,
  ): void {
    const step = steps[index];
    if (!step || !block) return;
    const { target, targetVector, operation } = step.descriptor;
    const lanes = parameters.vectorLanes;
    const place = `descriptor ${index}, ${operation}, ${step.note}`;
    const vectors = saved.get("vectors") ?? [];
    block.values.forEach((value, i) => {
      const at = target + i;
      const word = vectors[Math.floor(at / lanes)] ?? 0n;
      const found = Number(BigInt.asIntN(32, word >> BigInt(32 * (at % lanes))));
      if (found !== value) throw new Difference(`${place}: element ${i} is ${found}, not ${value}`);
    });
    const exponent = Number(BigInt.asIntN(16, saved.get("exponents")?.[targetVector] ?? 0n));
    const span = Number(saved.get("spans")?.[targetVector] ?? 0n);
    const wanted = machineSpan(step.descriptor.flags, block);
    if (exponent !== block.exponent)
      throw new Difference(`${place}: exponent is ${exponent}, not ${block.exponent}`);
    if (wanted !== undefined && span !== wanted)
      throw new Difference(`${place}: span is ${span}, not ${wanted}`);
  }
}

/** The span of a vector that one descriptor wrote whole. */
const machineSpan = (given: number, block: Block): number | undefined =>
  given & 4 ? undefined : block.span;
