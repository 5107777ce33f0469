// Independent runs of one module at once, each a lane.

import { at, type Bundle, type ir } from "@chisel-ts/core";
import { checkedCount, described } from "./check.ts";
import { type Column, columnOf } from "./column.ts";
import { givenColumns } from "./complete.ts";
import type { LaneSimulation, Simulation } from "./engine.ts";

const maxLanes = 65_536;

/** @throws RangeError for what is no count of lanes. */
export function laneCount(lanes: unknown): number {
  if (Number.isInteger(lanes) && Number(lanes) >= 1 && Number(lanes) <= maxLanes)
    return Number(lanes);
  const text = typeof lanes === "number" ? String(lanes) : described(lanes);
  throw new RangeError(`lanes is a whole number from 1 to ${maxLanes}, not ${text}`);
}

/** A lane that is a simulation of its own. */
type Run = Pick<Simulation<Bundle>, "batch" | "step" | "reset" | "close">;

/** Lanes at most of an engine that starts a process for each, or holds a whole compiled model. */
const maxApart = 64;

/** As `lanesApart`, for engines that run Verilog. @throws RangeError when there are too many for them. */
export function fewLanesApart(
  engine: string,
  module: ir.ModuleIr,
  lanes: number,
  open: () => Run,
): LaneSimulation {
  if (lanes <= maxApart) return lanesApart(module, lanes, open);
  throw new RangeError(
    `${engine} runs each lane by itself, ${maxApart} at most, not ${lanes}; wasm and interpreter take more`,
  );
}

/** Lanes that are simulations of their own, for engines and circuits that do not compute many at once. */
export function lanesApart(module: ir.ModuleIr, lanes: number, open: () => Run): LaneSimulation {
  const runs: Run[] = [];
  const inputs = module.portList.filter((port) => port.direction === "input");
  const close = (): void => {
    for (const run of runs) run.close();
  };
  try {
    for (let lane = 0; lane < lanes; lane++) runs.push(open());
  } catch (error) {
    close();
    throw error;
  }
  /** Does it in every lane, also in those after one in which it fails. */
  const each = <T>(perform: (run: Run, lane: number) => T): T[] => {
    const failures: Error[] = [];
    const found = runs.flatMap((run, lane) => {
      try {
        return [perform(run, lane)];
      } catch (cause) {
        const text = cause instanceof Error ? cause.message : String(cause);
        failures.push(new Error(`lane ${lane}: ${text}`, { cause }));
        return [];
      }
    });
    if (failures[0]) throw failures[0];
    return found;
  };
  return {
    lanes,
    batch(stimulus, cycles) {
      checkedLanes(lanes, cycles);
      const given = givenColumns({ module, inputs }, stimulus, { cycles, lanes });
      const answers = each((run, lane) => {
        const own = inputs.flatMap(({ name, type }) => {
          const column = given.get(name);
          return column ? [[name, ofLane(column, lane, lanes, columnOf(type, cycles))]] : [];
        });
        return run.batch(Object.fromEntries(own), cycles);
      });
      const names = Object.keys(at(answers, 0));
      return Object.fromEntries(
        names.map((name) => [
          name,
          together(
            answers.map((answer) => answer[name] ?? []),
            cycles,
          ),
        ]),
      );
    },
    step(cycles = 1) {
      checkedCount(cycles);
      each((run) => run.step(cycles));
    },
    reset() {
      each((run) => run.reset());
    },
    close,
  };
}

/** @throws RangeError unless columns can have so many elements. */
export function checkedLanes(lanes: number, cycles: number): void {
  checkedCount(cycles);
  if (lanes * cycles >= 2 ** 31)
    throw new RangeError(`${cycles} cycles of ${lanes} lanes are too many for one batch`);
}

/** An empty column of the kind of another one. */
function like(column: Column, length: number): Column {
  if (Array.isArray(column)) return new Array<bigint>(length).fill(0n);
  return new (column.constructor as new (length: number) => Exclude<Column, bigint[]>)(length);
}

/** What a column has for one lane. */
function ofLane(column: Column, lane: number, lanes: number, own: Column): Column {
  for (let cycle = 0; cycle < own.length; cycle++)
    own[cycle] = column[cycle * lanes + lane] as number & bigint;
  return own;
}

/** A column of all lanes from those of each. */
function together(parts: readonly Column[], cycles: number): Column {
  const lanes = parts.length;
  const whole = like(at(parts, 0), lanes * cycles);
  parts.forEach((part, lane) => {
    for (let cycle = 0; cycle < cycles; cycle++)
      whole[cycle * lanes + lane] = part[cycle] as number & bigint;
  });
  return whole;
}
