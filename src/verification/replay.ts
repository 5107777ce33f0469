import { at, checkModule, fromBits, type Module } from "@chisel-ts/core";
import type { Trace } from "../../formal/index.ts";
import {
  asciiWave,
  type Column,
  type Columns,
  columnOf,
  engines,
  failureText,
  setElement,
  type WaveRow,
} from "../../sim/index.ts";
import { codeText } from "../format/index.ts";
import { firstDifference } from "./first-difference.ts";
import { modelOf } from "./model-of.ts";

/** A run that a proof found, as the in-process simulator sees it. */
export interface Replay {
  /**
   * Whether an output differs from the model's in some cycle, or a check of the circuit fails; `undefined` where there
   * is neither a model nor a check.
   */
  readonly differs: boolean | undefined;
  /** Inputs with RF8 codes decoded, the outputs, and the model's beside them; then the checks that fail. */
  readonly wave: string;
}

/**
 * Runs a trace in the in-process simulator beside the model. Inputs that the module has not are those of
 * a specification.
 *
 * @throws RangeError when the trace lacks an input of the module, or has fewer values than cycles.
 *
 * @example
 * const digits = module({ name: "digits", ports: { count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   assert(count.le(9), "is_a_digit");
 *   io.count.set(count);
 * });
 * const { trace } = await prove(checkProperties(digits)[0]);
 * console.log(replay(digits, trace).wave.includes("count")); // true
 */
export function replay(module: Module, trace: Trace): Replay {
  checkModule(module, "replay(module, trace)");
  if (typeof trace?.inputs !== "object" || trace.inputs === null || !Array.isArray(trace.resets))
    throw new RangeError(
      "replay needs the trace of a verdict, { trace }, as a disproved one has it",
    );
  const model = modelOf(module);
  const stimulus = columnsOf(module, trace);
  const simulation = engines.wasm.open(module, { checks: "collect" });
  const found: Columns[] = [];
  const expected: Columns[] = [];
  for (const [from, to] of spans(trace)) {
    const cut = Object.entries(stimulus).map(([name, c]) => [name, c.slice(from, to) as Column]);
    const part: Columns = Object.fromEntries(cut);
    simulation.reset();
    found.push(simulation.batch(part, to - from));
    if (model) expected.push(model(part, to - from));
  }
  const checks = simulation.checks();
  simulation.close();

  const { format = "rf8" } = module.origin?.parameters ?? {};
  const rows: WaveRow[] = trace.resets.length > 0 ? [resetRow(trace)] : [];
  for (const { name, type } of module.inputs) {
    const values = texts(stimulus[name] ?? []);
    rows.push({ label: name, values, level: type.width === 1 });
    if (format === "rf8" && isWeight(name, type.width)) {
      rows.push({ label: "  decoded", values: values.map((code) => codeText(Number(code))) });
    }
  }
  for (const { name } of module.outputs) {
    const values = found.flatMap((columns) => texts(columns[name] ?? []));
    const right = expected.flatMap((columns) => texts(columns[name] ?? []));
    rows.push({ label: name, values });
    if (model) rows.push({ label: "  model", values: right });
  }
  const differs =
    model !== undefined &&
    found.some((columns, i) => firstDifference(columns, expected[i] ?? {}) >= 0);
  const failures = checks.flatMap(({ first }) => first ?? []);
  const isJudged = model !== undefined || checks.length > 0;
  return {
    differs: isJudged ? differs || failures.length > 0 : undefined,
    wave: [asciiWave(rows, 0), ...failures.map(failureText)].join("\n\n"),
  };
}

/** The cycles from one reset to the next. */
function spans({ cycles, resets }: Trace): [number, number][] {
  const ends = [...resets.map((cycle) => cycle + 1).filter((end) => end < cycles), cycles];
  return ends.map((end, index) => [index === 0 ? 0 : at(ends, index - 1), end]);
}

function columnsOf(module: Module, { inputs, cycles }: Trace): Columns {
  const entries = module.inputs.map(({ name, type }): [string, Column] => {
    const bits = inputs[name];
    if (bits?.length !== cycles) {
      throw new RangeError(
        `input ${name} of ${module.name}: ${cycles} values are needed, the trace has ${bits?.length ?? 0}`,
      );
    }
    const column = columnOf(type, cycles);
    bits.forEach((value, cycle) => {
      setElement(column, cycle, fromBits(type, value));
    });
    return [name, column];
  });
  return Object.fromEntries(entries);
}

const texts = (column: Column): string[] => Array.from(column, String);

const resetRow = ({ cycles, resets }: Trace): WaveRow => ({
  label: "reset",
  values: Array.from({ length: cycles }, (_, cycle) => (resets.includes(cycle) ? "1" : "0")),
  level: true,
});

/** Weight codes are the 8-bit inputs `weight`, `weight_in`, `weight_0` … */
const isWeight = (name: string, width: number): boolean => width === 8 && /^weight(_|$)/.test(name);
