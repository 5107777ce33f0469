import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import { engines } from "../../../sim/index.ts";
import { AcceleratorError, PreparedMatrix } from "../../../src/accelerator/stimulus/index.ts";
import { CANONICAL_MAGNITUDES, seededRandom } from "../../../src/format/index.ts";
import {
  type AcceleratorEnvironment,
  type AcceleratorModel,
  acceleratorCounts,
  acceleratorResults,
  acceleratorSchedule,
  acceleratorShape,
  idealEnvironment,
  weightArrival,
} from "../../../src/model/index.ts";

/** Random numbers of a case, from a seed. */
function randomOf(seed: number) {
  const generator = seededRandom(seed);
  const next = (): number => generator.next() >>> 0;
  return { below: (n: number): number => next() % n, chance: (p: number) => next() / 2 ** 32 < p };
}

type Random = ReturnType<typeof randomOf>;

function randomJob(accelerator: AcceleratorModel, random: Random) {
  const capacity = Math.ceil(accelerator.terms / accelerator.lanes) * accelerator.lanes;
  const [rows, columns] = [1 + random.below(4 * accelerator.rows + 3), 1 + random.below(capacity)];
  const nan = random.chance(0.2);
  const most = accelerator.activation === "int8" ? 128 : 32768;
  const extreme = random.chance(0.3);
  const palette = randomPalette(accelerator, random);
  return {
    rows,
    columns,
    relu: random.chance(0.5),
    ...(palette && { palette }),
    weights: Uint8Array.from({ length: rows * columns }, () => {
      if (palette) {
        const magnitude = random.chance(0.1) ? 0 : palette[random.below(palette.length)]!;
        return magnitude + (magnitude > 0 && random.chance(0.5) ? 128 : 0);
      }
      const code = extreme ? [0x7f, 0xff][random.below(2)]! : random.below(256);
      return code === 0x80 && !nan ? 0 : code;
    }),
    activations: Int32Array.from({ length: columns }, () =>
      extreme ? -most : random.below(2 * most) - most,
    ),
    ...(random.chance(0.6) && {
      scales: Array.from({ length: rows }, () => ({
        bias: (random.below(2) * 2 - 1) * random.below(2 ** 30) * 2 ** random.below(17),
        shift: random.chance(0.7) ? 12 + random.below(16) : random.below(64),
        residual: random.below(8),
      })),
    }),
  };
}

/** Positive canonical codes of a random palette, the hardware's where it has one; nothing for half of the jobs. */
function randomPalette({ bits = 8, palette }: AcceleratorModel, random: Random) {
  if (bits === 8 || random.chance(0.5)) return undefined;
  if (palette !== undefined && palette !== "stream")
    return palette.match(/../g)!.map((digits) => Number.parseInt(digits, 16));
  return randomCodes(bits, random);
}

function randomCodes(bits: number, random: Random): number[] {
  const most = 1 + random.below(2 ** (bits - 1) - 1);
  const codes = new Set(
    Array.from({ length: most }, () => CANONICAL_MAGNITUDES[1 + random.below(112)]!),
  );
  return [...codes].sort((a, b) => a - b);
}

/** A world of random gaps; some of it never waits. */
function randomEnvironment(random: Random): AcceleratorEnvironment {
  const gaps = (): ((i: number) => number) => {
    if (random.chance(0.3)) return () => 0;
    const [rare, long] = [random.chance(0.5), 1 + random.below(20)];
    const known: number[] = [];
    return (i) => {
      while (known.length <= i)
        known.push(random.chance(rare ? 0.1 : 0.6) ? random.below(long) : 0);
      return known[i]!;
    };
  };
  const from = (gap: (i: number) => number): ((beat: number) => number) => {
    const known: number[] = [];
    return (beat) => {
      while (known.length <= beat) known.push((known.at(-1) ?? 0) + 1 + gap(known.length));
      return known[beat]!;
    };
  };
  return { activationFrom: from(gaps()), weightFrom: from(gaps()), resultDelay: gaps() };
}

function randomAccelerator(random: Random): AcceleratorModel {
  const bits = random.chance(0.5) ? 8 : 4 + random.below(4);
  const codes = (): string =>
    randomCodes(bits, random)
      .map((code) => code.toString(16).padStart(2, "0"))
      .join("");
  return {
    bits,
    palette: bits < 8 && random.chance(0.3) ? codes() : "stream",
    activation: random.chance(0.5) ? "int8" : "int16",
    lanes: 1 + random.below(9),
    rows: 1 + random.below(4),
    terms: 1 + random.below(40),
    pipeline: random.below(4),
  };
}

const CASES = 1200;
const JOBS = 20;

test(`${CASES} random jobs, engines and stalls: results, every handshake and every counter are the models'`, () => {
  for (let seed = 0; seed < CASES / JOBS; seed++) {
    const random = randomOf(seed);
    const accelerator = randomAccelerator(random);
    const simulation = engines.wasm.open(acceleratorCore(accelerator));
    for (let job = 0; job < JOBS; job++) {
      const { activations, ...matrix } = randomJob(accelerator, random);
      const environment = job % 4 === 0 ? idealEnvironment : randomEnvironment(random);
      const prepared = new PreparedMatrix(accelerator, matrix, environment);
      const outputs = simulation.batch(prepared.stimulus(activations), prepared.cycles);
      const place = `seed ${seed}, job ${job}: ${JSON.stringify({ ...accelerator, rows: matrix.rows })}`;
      const run = prepared.read(outputs);
      expect({ ...run, counts: undefined }, place).toEqual({
        ...acceleratorResults(accelerator, { ...matrix, activations }),
        counts: undefined,
      });
    }
    simulation.close();
  }
});

test("the first engines are Verilator's too", () => {
  for (const seed of [0, 1]) {
    const random = randomOf(seed);
    const accelerator = randomAccelerator(random);
    const simulation = engines.verilator.open(acceleratorCore(accelerator));
    for (let job = 0; job < JOBS; job++) {
      const { activations, ...matrix } = randomJob(accelerator, random);
      const prepared = new PreparedMatrix(accelerator, matrix, randomEnvironment(random));
      const { values } = prepared.read(
        simulation.batch(prepared.stimulus(activations), prepared.cycles),
      );
      expect(values).toEqual(acceleratorResults(accelerator, { ...matrix, activations }).values);
    }
    simulation.close();
  }
});

describe("the cycle model", () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 60 }),
    columns: fc.integer({ min: 1, max: 60 }),
    lanes: fc.integer({ min: 1, max: 9 }),
    acceleratorRows: fc.integer({ min: 1, max: 5 }),
    pipeline: fc.integer({ min: 0, max: 3 }),
    requantize: fc.boolean(),
    bits: fc.integer({ min: 4, max: 8 }),
    bandwidth: fc.double({ min: 0.25, max: 64, noNaN: true }),
    latency: fc.nat(200),
  });

  test("the closed form is the schedule, with a memory and without", () => {
    fc.assert(
      fc.property(shape, ({ rows, columns, acceleratorRows, requantize, ...rest }) => {
        const accelerator = { ...rest, rows: acceleratorRows };
        const beats = acceleratorShape(
          accelerator,
          { rows, columns },
          requantize,
          accelerator.bits < 8,
        );
        const { bandwidth, latency } = rest;
        const bytes = accelerator.lanes * accelerator.rows;
        const counts = (environment: AcceleratorEnvironment) => {
          const { cycles, activation_wait, weight_wait, result_wait } = acceleratorSchedule(
            accelerator,
            beats,
            environment,
          );
          return { cycles, activation_wait, weight_wait, result_wait };
        };
        expect(acceleratorCounts(accelerator, beats)).toEqual(counts(idealEnvironment));
        expect(acceleratorCounts(accelerator, beats, { bandwidth, latency })).toEqual(
          counts({
            ...idealEnvironment,
            weightFrom: (beat) => weightArrival({ bandwidth, latency }, beat, bytes),
          }),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("by hand: 128 × 64 on 4 rows of 16 lanes", () => {
    const accelerator = { lanes: 16, rows: 4, pipeline: 1 };
    const beats = acceleratorShape(accelerator, { rows: 128, columns: 64 }, false);
    // 4 beats of activations, 32 groups of 4 beats of weights, and 4 + 1 + 1 cycles to the last result and the end.
    expect(beats).toEqual({ beats: 4, groups: 32, header: 0, weightBeats: 128 });
    expect(acceleratorCounts(accelerator, beats).cycles).toBe(4 + 128 + 6);
  });
});

test.each([
  ["activationFrom", "the activations stall indefinitely at beat 1 of 2: they are never valid"],
  ["weightFrom", "the weights stall indefinitely at beat 1 of 4"],
  ["resultDelay", "the results stall indefinitely at beat 1 of 2: they are never accepted"],
] as const)("a stream that stalls indefinitely is reported: %s", (stream, message) => {
  const accelerator = { activation: "int8", lanes: 2, rows: 1, terms: 4, pipeline: 1 } as const;
  const matrix = { weights: new Uint8Array(8), rows: 2, columns: 4, relu: false };
  const environment = {
    ...idealEnvironment,
    [stream]: (i: number) => (i === 0 ? 0 : Number.POSITIVE_INFINITY),
  };
  expect(() => new PreparedMatrix(accelerator, matrix, environment)).toThrow(AcceleratorError);
  expect(() => new PreparedMatrix(accelerator, matrix, environment)).toThrow(message);
});
