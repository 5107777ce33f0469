import fc from "fast-check";
import { expect, test } from "vitest";
import { references } from "../../src/model/references.ts";
import { numbers, parameters, weightValue } from "./support.ts";

const weight = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 255 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x00, 0x80, 0x7f, 0xff) },
);

const scenario = fc.constantFrom("int8" as const, "int16" as const).chain((activation) => {
  const half = activation === "int8" ? 128 : 32_768;
  return fc.record({
    changes: fc.record({
      activation: fc.constant(activation),
      accumulator: fc.oneof(fc.constant("exact" as const), fc.integer({ min: 2, max: 80 })),
      terms: fc.integer({ min: 1, max: 5000 }),
      overflow: fc.constantFrom("wrap" as const, "saturate" as const),
      pipeline: fc.integer({ min: 0, max: 3 }),
    }),
    cycles: fc.array(
      fc.record({
        weight,
        activation: fc.integer({ min: -half, max: half - 1 }),
        enable: fc.boolean(),
        clear: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
      }),
      { maxLength: 60 },
    ),
  });
});

interface Operand {
  readonly weight: number;
  readonly activation: number;
  readonly enable: boolean;
  readonly clear: boolean;
}

function columns(cycles: readonly Operand[]) {
  return {
    weight: Uint8Array.from(cycles, (cycle) => cycle.weight),
    activation: Int16Array.from(cycles, (cycle) => cycle.activation),
    enable: Uint8Array.from(cycles, (cycle) => Number(cycle.enable)),
    clear: Uint8Array.from(cycles, (cycle) => Number(cycle.clear)),
  };
}

test("a run within the exact width ends in the plain bigint dot product", () => {
  fc.assert(
    fc.property(scenario, ({ changes, cycles }) => {
      const run = cycles.map((cycle, index) => ({ ...cycle, enable: true, clear: index === 0 }));
      const latency = 1 + changes.pipeline;
      const idle = { weight: 0x7f, activation: 1, enable: false, clear: true };
      const padded: Operand[] = [...run, ...Array<Operand>(latency).fill(idle)];
      const outputs = references.mac(
        parameters({ ...changes, accumulator: "exact", terms: Math.max(1, run.length) }),
      )(columns(padded), padded.length);
      let dot = 0n;
      for (const cycle of run) dot += BigInt(weightValue(cycle.weight)) * BigInt(cycle.activation);
      expect(BigInt(outputs.sum?.at(-1) ?? -1)).toBe(dot);
      expect(outputs.overflow?.at(-1)).toBe(0);
      expect(outputs.invalid?.at(-1)).toBe(Number(run.some(({ weight }) => weight === 0x80)));
    }),
    { numRuns: 500 },
  );
});

/**
 * The outputs of cycle t from history alone: replay the operands of cycles 0 .. t − 1 − pipeline,
 * and reduce by whole multiples of 2^N instead of by bits.
 */
function history(
  cycles: readonly Operand[],
  t: number,
  bits: bigint,
  saturate: boolean,
  pipeline: number,
) {
  const seen = cycles.slice(0, Math.max(0, t - pipeline)).filter(({ enable }) => enable);
  const start = Math.max(
    0,
    seen.findLastIndex(({ clear }) => clear),
  );
  const terms = seen.slice(start);
  const half = 2n ** (bits - 1n);
  let sum = 0n;
  let overflow = 0;
  for (const { weight, activation } of terms) {
    sum += BigInt(weightValue(weight)) * BigInt(activation);
    if (sum < -half || sum >= half) {
      overflow = 1;
      if (saturate) sum = sum < 0n ? -half : half - 1n;
      else sum = ((((sum + half) % (2n * half)) + 2n * half) % (2n * half)) - half;
    }
  }
  return { sum, invalid: Number(terms.some(({ weight }) => weight === 0x80)), overflow };
}

test("every cycle of every configuration follows from the operands seen so far", () => {
  fc.assert(
    fc.property(scenario, ({ changes, cycles }) => {
      const outputs = references.mac(parameters(changes))(columns(cycles), cycles.length);
      const largest = 786_432n * (changes.activation === "int8" ? 128n : 32_768n);
      let bits = 1n;
      if (changes.accumulator === "exact") {
        while (2n ** (bits - 1n) < largest * BigInt(changes.terms)) bits++;
      } else bits = BigInt(changes.accumulator);
      const saturate = changes.overflow === "saturate";
      const expected = cycles.map((_, t) => history(cycles, t, bits, saturate, changes.pipeline));
      expect(Array.from(outputs.sum ?? [], BigInt)).toEqual(expected.map(({ sum }) => sum));
      expect(numbers(outputs, "invalid")).toEqual(expected.map(({ invalid }) => invalid));
      expect(numbers(outputs, "overflow")).toEqual(expected.map(({ overflow }) => overflow));
    }),
    { numRuns: 1000 },
  );
});
