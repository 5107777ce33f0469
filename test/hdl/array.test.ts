import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { streamingArray } from "../../hdl/systolic/stream/array.ts";
import {
  type Column,
  type Columns,
  type Engine,
  engines,
  type Simulation,
} from "../../sim/index.ts";
import { seededRandom } from "../../src/format/index.ts";
import {
  type ArrayEnvironment,
  type ArraySchedule,
  type ArraySize,
  arrayCycles,
  arrayResults,
  arraySchedule,
} from "../../src/model/index.ts";

function randomOf(seed: number) {
  const generator = seededRandom(seed);
  const below = (n: number): number => (generator.next() >>> 0) % n;
  return { below, chance: (p: number) => below(2 ** 20) / 2 ** 20 < p };
}
type Random = ReturnType<typeof randomOf>;

const ideal: ArrayEnvironment = {
  activationFrom: () => 0,
  weightFrom: () => 0,
  resultDelay: () => 0,
};

function randomEnvironment(random: Random): ArrayEnvironment {
  const known = (next: (last: number, i: number) => number) => {
    const values: number[] = [];
    return (i: number): number => {
      while (values.length <= i) values.push(next(values.at(-1) ?? -1, values.length));
      return values[i]!;
    };
  };
  const gap = (): (() => number) => {
    const [p, most] = [random.chance(0.4) ? 0 : 0.5, 1 + random.below(12)];
    return () => (random.chance(p) ? random.below(most) : 0);
  };
  const [a, w, r] = [gap(), gap(), gap()];
  return {
    activationFrom: known((last) => last + 1 + a()),
    weightFrom: known((last) => last + 1 + w()),
    resultDelay: known(() => r()),
  };
}

interface Job {
  readonly tiles: readonly Uint8Array[];
  readonly activations: readonly Int32Array[];
  readonly vectors: number;
  /** int16, not int8. */
  readonly wide: boolean;
}

function randomJob({ rows, columns }: ArraySize, most: number, random: Random): Job {
  const [tiles, vectors] = [1 + random.below(4), 1 + random.below(3 * (rows + columns))];
  const nan = random.chance(0.3);
  return {
    vectors,
    wide: most > 128,
    tiles: Array.from({ length: tiles }, () =>
      Uint8Array.from({ length: rows * columns }, () => {
        const code = random.below(256);
        return code === 0x80 && !nan ? 1 : code;
      }),
    ),
    activations: Array.from({ length: tiles }, () =>
      Int32Array.from({ length: vectors * rows }, () => random.below(2 * most) - most),
    ),
  };
}

/** Stimulus of a job: a cycle of start, and beats when the schedule has them valid. What is not valid is noise. */
function stimulus(
  size: ArraySize,
  job: Job,
  schedule: ArraySchedule,
  environment: ArrayEnvironment,
  random: Random,
) {
  const { rows, columns } = size;
  const begin = 1;
  const cycles = begin + schedule.cycles + 1;
  const noise = <T extends Column>(column: T, span: number): T => {
    for (let i = 0; i < column.length; i++) (column as Uint8Array)[i] = random.below(span);
    return column;
  };
  const start = new Uint8Array(cycles);
  start[0] = 1;
  const [tiles, vectors] = [new Uint32Array(cycles), new Uint32Array(cycles)];
  [tiles[0], vectors[0]] = [job.tiles.length, job.vectors];
  const validFrom = (accepted: readonly number[], beat: number, from: (beat: number) => number) =>
    [
      begin + Math.max((accepted[beat - 1] ?? -1) + 1, from(beat)),
      begin + accepted[beat]! + 1,
    ] as const;
  const weightValid = new Uint8Array(cycles);
  const weights = Array.from({ length: columns }, () => noise(new Uint8Array(cycles), 256));
  schedule.weightAccepted.forEach((_, beat) => {
    const [from, to] = validFrom(schedule.weightAccepted, beat, environment.weightFrom);
    weightValid.fill(1, from, to);
    const tile = job.tiles[Math.floor(beat / rows)]!;
    // The bottom row first.
    const row = rows - 1 - (beat % rows);
    weights.forEach((column, c) => {
      column.fill(tile[row * columns + c]!, from, to);
    });
  });
  const activationValid = new Uint8Array(cycles);
  const activations = Array.from({ length: rows }, () =>
    noise(job.wide ? new Int16Array(cycles) : new Int8Array(cycles), 100),
  );
  schedule.activationAccepted.forEach((_, beat) => {
    const [from, to] = validFrom(schedule.activationAccepted, beat, environment.activationFrom);
    activationValid.fill(1, from, to);
    const vector = job.activations[Math.floor(beat / job.vectors)]!;
    activations.forEach((column, r) => {
      column.fill(vector[(beat % job.vectors) * rows + r]!, from, to);
    });
  });
  const ready = new Uint8Array(cycles).fill(1);
  schedule.resultAccepted.forEach((accepted, beat) => {
    ready.fill(0, begin + schedule.resultValid[beat]!, begin + accepted);
  });
  const named = (prefix: string, columnsOf: readonly Column[]): Columns =>
    Object.fromEntries(columnsOf.map((column, i) => [`${prefix}${i}`, column]));
  const columnsOfAll: Columns = {
    start,
    tiles,
    vectors,
    weight_tvalid: weightValid,
    activation_tvalid: activationValid,
    result_tready: ready,
    ...named("weight_tdata_", weights),
    ...named("activation_tdata_", activations),
  };
  return { columns: columnsOfAll, cycles, begin };
}

function expectJob(
  simulation: Simulation<never>,
  size: ArraySize,
  job: Job,
  environment: ArrayEnvironment,
  random: Random,
  place: string,
) {
  const schedule = arraySchedule(
    size,
    { tiles: job.tiles.length, vectors: job.vectors },
    environment,
  );
  const { columns, cycles, begin } = stimulus(size, job, schedule, environment, random);
  const out = simulation.batch(columns, cycles);
  const at = (name: string, cycle: number): number => Number(out[name]![begin + cycle]);
  schedule.weightAccepted.forEach((cycle, beat) => {
    expect(at("weight_tready", cycle), `${place}: weight beat ${beat}`).toBe(1);
    if (
      environment.weightFrom(beat) < cycle &&
      cycle - 1 > (schedule.weightAccepted[beat - 1] ?? -1)
    )
      expect(at("weight_tready", cycle - 1)).toBe(0);
  });
  schedule.activationAccepted.forEach((cycle, beat) => {
    expect(at("activation_tready", cycle), `${place}: activation beat ${beat}`).toBe(1);
    if (
      environment.activationFrom(beat) < cycle &&
      cycle - 1 > (schedule.activationAccepted[beat - 1] ?? -1)
    )
      expect(at("activation_tready", cycle - 1)).toBe(0);
  });
  let valid = 0;
  for (let cycle = 0; cycle < schedule.cycles; cycle++) {
    expect(at("busy", cycle)).toBe(1);
    valid += at("result_tvalid", cycle);
  }
  expect(at("busy", schedule.cycles), place).toBe(0);
  expect(valid).toBe(
    schedule.resultAccepted.reduce(
      (sum, accepted, i) => sum + accepted - schedule.resultValid[i]! + 1,
      0,
    ),
  );
  const results = job.tiles.map((tile, k) => arrayResults(size, tile, job.activations[k]!));
  schedule.resultAccepted.forEach((accepted, beat) => {
    const { sums, invalid } = results[Math.floor(beat / job.vectors)]!;
    for (const cycle of [schedule.resultValid[beat]!, accepted]) {
      expect(at("result_tvalid", cycle)).toBe(1);
      expect(at("result_tlast", cycle)).toBe(Number(beat === schedule.resultAccepted.length - 1));
      expect(at("invalid", cycle), `${place}: result ${beat}`).toBe(Number(invalid));
      for (let c = 0; c < size.columns; c++)
        expect(at(`result_tdata_${c}`, cycle), `${place}: result ${beat}, column ${c}`).toBe(
          sums[(beat % job.vectors) * size.columns + c],
        );
    }
  });
}

function run(engine: Engine, seeds: readonly number[], jobs: number): void {
  for (const seed of seeds) {
    const random = randomOf(seed);
    const size = { rows: 1 + random.below(5), columns: 1 + random.below(5) };
    const activation = random.chance(0.5) ? "int8" : "int16";
    const simulation = engine.open(
      streamingArray({ activation, ...size }),
    ) as unknown as Simulation<never>;
    for (let j = 0; j < jobs; j++) {
      const job = randomJob(size, activation === "int8" ? 128 : 32768, random);
      const environment = j % 3 === 0 ? ideal : randomEnvironment(random);
      expectJob(
        simulation,
        size,
        job,
        environment,
        random,
        `seed ${seed}, job ${j}, ${JSON.stringify(size)}`,
      );
    }
    simulation.close();
  }
}

describe("the streaming array, job after job under stalls: handshakes, sums, NaN and cycles are the model's", () => {
  test("600 random jobs in-process", () => {
    run(
      engines.wasm,
      Array.from({ length: 40 }, (_, seed) => seed),
      15,
    );
  });
  test("some in Verilator", () => {
    run(engines.verilator, [3], 15);
  });
});

test("without stalls the cycles are the closed form", () => {
  const size = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 60 }),
      (rows, columns, tiles, vectors) => {
        expect(arraySchedule({ rows, columns }, { tiles, vectors }, ideal).cycles).toBe(
          arrayCycles({ rows, columns }, tiles, vectors),
        );
      },
    ),
  );
});

test("a memory that begins with a tile when the array can take it: the closed form again", () => {
  const size = fc.integer({ min: 1, max: 8 });
  const job = fc.record({
    rows: size,
    columns: size,
    tiles: fc.integer({ min: 1, max: 5 }),
    vectors: fc.integer({ min: 1, max: 40 }),
    latency: fc.nat(9),
    bandwidth: fc.double({ min: 0.3, max: 12, noNaN: true }),
  });
  fc.assert(
    fc.property(job, ({ rows, columns, tiles, vectors, latency, bandwidth }) => {
      const load = latency + Math.max(rows, Math.ceil((rows * columns) / bandwidth));
      const period = Math.max(vectors, rows + columns - 1 + load);
      const environment: ArrayEnvironment = {
        ...ideal,
        weightFrom(beat) {
          const [tile, row] = [Math.floor(beat / rows), beat % rows];
          const begins = tile === 0 ? 0 : load + (tile - 1) * period + rows + columns - 1;
          return begins + latency + Math.max(row, Math.ceil(((row + 1) * columns) / bandwidth) - 1);
        },
      };
      expect(arraySchedule({ rows, columns }, { tiles, vectors }, environment).cycles).toBe(
        arrayCycles({ rows, columns }, tiles, vectors, { bandwidth, latency }),
      );
    }),
  );
});

test("by hand: 3 tiles of 8 × 8, 100 vectors", () => {
  // 8 beats of weights; 100 vectors a tile, whose next weights are long there; 15 cycles to the last sums.
  expect(arrayCycles({ rows: 8, columns: 8 }, 3, 100)).toBe(8 + 3 * 100 + 15);
});

test("no input of a cycle reaches a ready of that cycle", () => {
  const { combinational } = streamingArray({ rows: 3, columns: 2 });
  for (const ready of ["activation_tready", "weight_tready"])
    expect([...combinational.get(ready)!], ready).toEqual([]);
});
