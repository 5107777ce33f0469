import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceleratorCore } from "../../../hdl/accelerator/core.ts";
import { address, controlBit, statusBit } from "../../../hdl/accelerator/registers.ts";
import { type Columns, type Engine, engines, type Simulation } from "../../../sim/index.ts";
import { PreparedMatrix } from "../../../src/accelerator/stimulus/index.ts";
import { seededRandom } from "../../../src/format/index.ts";
import {
  type AcceleratorEnvironment,
  type AcceleratorJob,
  type AcceleratorModel,
  abortedSchedule,
  acceleratorResults,
  acceleratorSchedule,
  acceleratorShape,
  idealEnvironment,
  weightStream,
} from "../../../src/model/index.ts";

/** From a write of the bus to the command, and to the first cycle of the job that it starts. */
const COMMAND = 2;
const BEGIN = 6 + COMMAND + 1;
const READS = ["status", "cycles", "activation_wait", "weight_wait", "result_wait"] as const;
/** Status bits of which an aborted job says nothing. */
const UNSAID = (1 << statusBit.invalid) | (1 << statusBit.saturated);

interface Aborts {
  readonly cycle: number;
  readonly again?: number;
  /** Beats of each source's packet; by default the job's. */
  readonly activations?: number;
  readonly weights?: number;
  /** Also bits of the first abort's write. */
  readonly control?: number;
}

type Core = Simulation<ReturnType<typeof acceleratorCore>["ports"]>;

/** Runs a job that is aborted, and compares every handshake, result, counter and the interrupt with the model. */
function runAborted(
  core: Core,
  accelerator: AcceleratorModel,
  job: AcceleratorJob,
  environment: AcceleratorEnvironment,
  aborts: Aborts,
) {
  const { lanes, rows } = accelerator;
  const shape = acceleratorShape(accelerator, job, job.scales !== undefined);
  const [as, ws] = [aborts.activations ?? shape.beats, aborts.weights ?? shape.weightBeats];
  const schedule = abortedSchedule(accelerator, shape, environment, {
    ...aborts,
    activationLast: (beat) => beat % as === as - 1,
    weightLast: (beat) => beat % ws === ws - 1,
  });
  const place = JSON.stringify({ ...aborts, accelerator, columns: job.columns, rows: job.rows });
  const ended = BEGIN + schedule.cycles;
  const cycles = ended + 2 * READS.length + 3;
  const zeros = () => new Uint8Array(cycles);
  const mode = (1 << controlBit.interrupt) | (job.scales ? 1 << controlBit.requantize : 0);
  const columns: Record<string, Uint8Array | Uint32Array | Int8Array> = {
    control_awvalid: zeros(),
    control_wvalid: zeros(),
    control_arvalid: zeros(),
    control_awaddr: zeros(),
    control_araddr: zeros(),
    control_wdata: new Uint32Array(cycles),
    control_wstrb: zeros().fill(15),
    control_bready: zeros().fill(1),
    control_rready: zeros().fill(1),
    result_tready: zeros().fill(1),
  };
  const set = (name: string, cycle: number, value: number) => {
    columns[name] ??= name.startsWith("activation_tdata") ? new Int8Array(cycles) : zeros();
    if (cycle >= 0 && cycle < cycles) columns[name][cycle] = value;
  };
  const write = (cycle: number, register: number, value: number) => {
    set("control_awvalid", cycle, 1);
    set("control_wvalid", cycle, 1);
    set("control_awaddr", cycle, register);
    set("control_wdata", cycle, value);
  };
  write(0, address.beats, shape.beats);
  write(3, address.groups, shape.groups);
  write(6, address.control, mode | (1 << controlBit.start));
  const command = mode | (1 << controlBit.abort);
  write(BEGIN + aborts.cycle - COMMAND, address.control, command | (aborts.control ?? 0));
  if (aborts.again !== undefined) write(BEGIN + aborts.again - COMMAND, address.control, command);
  READS.forEach((name, i) => {
    set("control_arvalid", ended + 2 * i, 1);
    set("control_araddr", ended + 2 * i, address[name]);
  });
  write(ended + 2 * READS.length, address.status, 1 << statusBit.done);

  const bytes = weightStream(accelerator, job);
  const offer = (
    stream: string,
    accepted: Float64Array,
    from: (beat: number) => number,
    length: number,
    data: (beat: number) => readonly (readonly [string, number])[],
  ) => {
    set(`${stream}_tvalid`, 0, 0);
    set(`${stream}_tlast`, 0, 0);
    accepted.forEach((cycle, beat) => {
      const first = Math.max((accepted[beat - 1] ?? -1) + 1, from(beat));
      for (let c = first; c <= cycle; c++) {
        set(`${stream}_tvalid`, BEGIN + c, 1);
        set(`${stream}_tlast`, BEGIN + c, Number(beat % length === length - 1));
        for (const [name, value] of data(beat)) set(`${stream}_tdata_${name}`, BEGIN + c, value);
      }
    });
  };
  offer("activation", schedule.activationAccepted, environment.activationFrom, as, (beat) =>
    Array.from({ length: lanes }, (_, l) => [`${l}`, job.activations[beat * lanes + l] ?? 0]),
  );
  offer("weight", schedule.weightAccepted, environment.weightFrom, ws, (beat) =>
    Array.from({ length: rows * lanes }, (_, i) => [
      `${Math.floor(i / lanes)}_${i % lanes}`,
      bytes[beat * rows * lanes + i] ?? 0x55,
    ]),
  );
  schedule.resultAccepted.forEach((accepted, group) => {
    for (let c = schedule.resultValid[group]!; c < accepted; c++)
      set("result_tready", BEGIN + c, 0);
  });

  const out: Columns = core.batch(columns, cycles);
  const at = (name: string, cycle: number) => Number(out[name]![cycle]);
  const wanted = (stream: string, accepted: Float64Array) => {
    const happened: number[] = [];
    for (let c = 0; c < cycles; c++)
      if (at(`${stream}_tready`, c) && columns[`${stream}_tvalid`]![c]) happened.push(c - BEGIN);
    expect(happened, `${stream}, ${place}`).toEqual([...accepted]);
  };
  wanted("activation", schedule.activationAccepted);
  wanted("weight", schedule.weightAccepted);
  const valid = new Map<number, number>();
  schedule.resultValid.forEach((from, group) => {
    const last = group === schedule.resultValid.length - 1;
    for (let c = from; c <= schedule.resultAccepted[group]!; c++) valid.set(c, Number(last));
  });
  for (let c = 0; c < cycles; c++) {
    const last = valid.get(c - BEGIN);
    expect(at("result_tvalid", c), `result in cycle ${c - BEGIN}, ${place}`).toBe(
      Number(last !== undefined),
    );
    if (last !== undefined) expect(at("result_tlast", c), place).toBe(last);
  }
  const { values } = acceleratorResults(accelerator, job);
  for (let group = 0; group < schedule.groups; group++)
    for (let r = 0; r < rows && group * rows + r < job.rows; r++)
      expect(at(`result_tdata_${r}`, BEGIN + schedule.resultAccepted[group]!), place).toBe(
        values[group * rows + r],
      );
  const [status, ...counts] = READS.map((_, i) => at("control_rdata", ended + 2 * i + 1));
  expect(counts, place).toEqual(READS.slice(1).map((name) => schedule[name as "cycles"]));
  const framing = (1 << statusBit.activation_framing) | (1 << statusBit.weight_framing);
  const odd = aborts.activations || aborts.weights ? framing : 0;
  const refused = ((aborts.control ?? 0) & 1) << statusBit.refused;
  expect(status! & ~UNSAID & ~odd, `status, ${place}`).toBe(
    (1 << statusBit.done) | (Number(schedule.aborted) << statusBit.aborted) | refused,
  );
  expect(at("irq", ended - 1), place).toBe(0);
  expect(at("irq", ended), place).toBe(1);
  return schedule;
}

/** A job that must be right whatever was before it. */
function runNext(core: Core, accelerator: AcceleratorModel, job: AcceleratorJob) {
  const { activations, ...matrix } = job;
  const prepared = new PreparedMatrix(accelerator, matrix);
  const run = prepared.read(core.batch(prepared.stimulus(activations), prepared.cycles));
  expect({ ...run, counts: undefined }).toEqual({
    ...acceleratorResults(accelerator, job),
    counts: undefined,
  });
}

function jobOf(rows: number, columns: number, scaled: boolean, seed: number) {
  const generator = seededRandom(seed);
  const below = (n: number): number => (generator.next() >>> 0) % n;
  return {
    rows,
    columns,
    relu: false,
    weights: Uint8Array.from({ length: rows * columns }, () => {
      const code = below(256);
      return code === 0x80 ? 1 : code;
    }),
    activations: Int32Array.from({ length: columns }, () => below(256) - 128),
    ...(scaled && {
      scales: Array.from({ length: rows }, () => ({
        bias: below(2 ** 20),
        shift: 18 + below(4),
        residual: below(8),
      })),
    }),
  } satisfies AcceleratorJob;
}

const small = { activation: "int8", lanes: 3, rows: 2, terms: 7, pipeline: 1 } as const;
const slowSink: AcceleratorEnvironment = {
  activationFrom: (beat) => 2 * beat + 1,
  weightFrom: (beat) => 2 * beat + 3,
  resultDelay: (group) => [9, 0, 30, 2][group % 4]!,
};

const settings = [
  [0, false, idealEnvironment],
  [1, true, slowSink],
  [3, true, idealEnvironment],
  [1, false, slowSink],
] as const;

/** Aborts a job of each setting at every cycle, or every so many, with another job behind each. */
function everyCycle(engine: Engine, chosen: readonly (typeof settings)[number][], every = 1): void {
  for (const [pipeline, scaled, environment] of chosen) {
    const model = { ...small, pipeline };
    const core = engine.open(acceleratorCore(model)) as Core;
    const job = jobOf(11, 7, scaled, pipeline);
    const next = jobOf(5, 4, !scaled, 9);
    const { cycles } = acceleratorSchedule(
      model,
      acceleratorShape(model, job, scaled),
      environment,
    );
    for (let cycle = 1; cycle < cycles + 2; cycle += every) {
      runAborted(core, model, job, environment, { cycle });
      runNext(core, model, next);
    }
    core.close();
  }
}

describe("abort at every cycle of a job, and another job behind it: both are the models'", () => {
  test("in wasm", () => everyCycle(engines.wasm, settings));
  test("in the interpreter, a share", () => everyCycle(engines.interpreter, settings, 17));
  test("in Verilator, one job", () => everyCycle(engines.verilator, settings.slice(1, 2)));
  test("in Icarus, a share", () => everyCycle(engines.icarus, settings.slice(1, 2), 9));

  test("100 random engines, stalls and aborts", () => {
    const gaps = fc.array(fc.nat(5), { minLength: 1, maxLength: 9 });
    const given = fc.record({
      lanes: fc.integer({ min: 1, max: 9 }),
      rows: fc.integer({ min: 1, max: 3 }),
      pipeline: fc.nat(3),
      terms: fc.integer({ min: 1, max: 30 }),
      scaled: fc.boolean(),
      jobRows: fc.integer({ min: 1, max: 25 }),
      a: gaps,
      w: gaps,
      r: gaps,
      cycle: fc.integer({ min: 1, max: 120 }),
      again: fc.option(fc.integer({ min: 3, max: 40 })),
    });
    const from = (list: readonly number[]) => {
      const known = [0];
      return (beat: number) => {
        while (known.length <= beat)
          known.push(known.at(-1)! + 1 + list[known.length % list.length]!);
        return known[beat]!;
      };
    };
    fc.assert(
      fc.property(given, ({ jobRows, scaled, a, w, r, cycle, again, ...shape }) => {
        const model = { ...shape, activation: "int8" } as const;
        const core = engines.wasm.open(acceleratorCore(model)) as Core;
        const environment = {
          activationFrom: from(a),
          weightFrom: from(w),
          resultDelay: (group: number) => 3 * r[group % r.length]!,
        };
        const job = jobOf(jobRows, model.terms, scaled, cycle);
        const { cycles } = acceleratorSchedule(
          model,
          acceleratorShape(model, job, scaled),
          environment,
        );
        const early = 1 + (cycle % cycles);
        runAborted(core, model, job, environment, {
          cycle: early,
          ...(again !== null && early + again < cycles && { again: early + again }),
        });
        runNext(core, model, jobOf(3, model.terms, !scaled, 2));
        core.close();
      }),
      { numRuns: 100 },
    );
  });
});

describe("neighbours of an abort", () => {
  const job = jobOf(11, 7, true, 1);
  const shape = acceleratorShape(small, job, true);
  const next = jobOf(4, 7, false, 2);
  const open = () => engines.wasm.open(acceleratorCore(small)) as Core;

  test("while none runs it does nothing, and a start in the same write is refused", () => {
    const core = open();
    runNext(core, small, next);
    const write = (value: number) => {
      const first = (v: number) => Uint8Array.of(v, 0, 0, 0);
      const out = core.batch(
        {
          control_awvalid: first(1),
          control_wvalid: first(1),
          control_wdata: Uint32Array.of(value, 0, 0, 0),
          control_awaddr: first(address.control),
          control_wstrb: first(15),
          control_bready: Uint8Array.of(1, 1, 1, 1),
        },
        4,
      );
      for (const name of ["irq", "activation_tready", "weight_tready", "result_tvalid"])
        expect([...out[name]!].some(Boolean), name).toBe(false);
    };
    write(1 << controlBit.abort);
    write((1 << controlBit.abort) | (1 << controlBit.start));
    core.step(3);
    expect(core.out.activation.tready).toBe(false);
    runNext(core, small, next);
    core.close();
  });

  test("with start in the same write it begins nothing, and the start is refused", () => {
    const core = open();
    for (const cycle of [3, 20, 40])
      runAborted(core, small, job, idealEnvironment, { cycle, control: 1 << controlBit.start });
    runNext(core, small, next);
    core.close();
  });

  test("a second abort ends the wait for sources that never mark an end", () => {
    const core = open();
    for (let cycle = 1; cycle < 40; cycle += 3) {
      for (const wait of [3, 4, 11, 40]) {
        runAborted(core, small, job, slowSink, {
          cycle,
          again: cycle + wait,
          activations: 1e6,
          weights: 1e6,
        });
        runNext(core, small, next);
      }
    }
    core.close();
  });

  test("a second abort while the results drain changes nothing", () => {
    const core = open();
    for (let again = 33; again < 90; again += 4) {
      runAborted(core, small, job, slowSink, { cycle: 30, again });
      runNext(core, small, next);
    }
    core.close();
  });

  test("sources that end early or late: they stand behind a tlast again", () => {
    const core = open();
    for (const activations of [1, 2, 4, 5]) {
      for (const weights of [shape.weightBeats - 7, shape.weightBeats + 3, 5]) {
        for (let cycle = 1; cycle < 50; cycle += 7) {
          runAborted(core, small, job, slowSink, { cycle, activations, weights });
          runNext(core, small, next);
        }
      }
    }
    core.close();
  });
});
