// The result of a check, the text of a failure, and `CheckError`.

import type { ir } from "@chisel-ts/core";
import { ChiselError } from "@chisel-ts/core/error";
import type { Observation } from "../observation.ts";
import { asciiWave, rowsOfWave } from "../wave/ascii.ts";
import type { Wave } from "../wave/wave.ts";

/** Which check it is. */
export interface CheckSite {
  readonly kind: ir.Check["kind"];
  readonly label: string;
  /** The instances on the way down, joined with dots; empty in the top module. */
  readonly instance: string;
  /** The TypeScript line that states it, as `hdl/mac.ts:42`. */
  readonly location: string;
}

/** A cycle in which an assertion or an assumption did not hold. */
export interface CheckFailure extends CheckSite {
  /** Counted from 0, the first cycle after the last reset. */
  readonly cycle: number;
  /** The check itself and the signals that its condition reads, in this cycle and up to 7 before it. */
  readonly wave: Wave;
  /** Signals that the condition reads beyond those 16 of the wave. */
  readonly omitted: number;
}

/** What a check has seen since the simulation was opened. */
export interface CheckResult extends CheckSite {
  /** Cycles outside reset in which a cover was reached, or in which an assertion or assumption failed. */
  readonly count: number;
  /** The first failure; none for a cover. */
  readonly first: CheckFailure | undefined;
}

/** `assert buffer.in_range fails in cycle 3 (hdl/buffer.ts:12)`, and the wave below. */
export function failureText({ kind, label, instance, ...rest }: CheckFailure): string {
  const { cycle, location, wave, omitted } = rest;
  const name = instance === "" ? label : `${instance}.${label}`;
  const verb = kind === "assume" ? "is broken by the inputs" : "fails";
  const more = omitted > 0 ? `\n(${omitted} more signals are read)` : "";
  const text = asciiWave(rowsOfWave(wave), wave.from);
  return `${kind} ${name} ${verb} in cycle ${cycle} (${location})\n${text}${more}`;
}

/**
 * Checks did not hold in a call of `step` or `batch`, all cycles of which have passed.
 *
 * @example
 * const counter = module({ name: "counter", ports: { count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   assert(count.ne(3), "is_never_three");
 *   io.count.set(count);
 * });
 * try {
 *   engines.wasm.open(counter).step(8);
 * } catch (error) {
 *   console.log(error instanceof CheckError && error.failures.length); // 1
 * }
 */
export class CheckError extends ChiselError {
  override readonly name = "CheckError";
  /** The first failure of each check in this call, by cycle. */
  readonly failures: readonly CheckFailure[];
  /** What the batch has recorded; `undefined` after `step`. */
  readonly observation: Observation | undefined;

  constructor(failures: readonly CheckFailure[], observation: Observation | undefined) {
    super(failures.map(failureText).join("\n\n"));
    this.failures = failures;
    this.observation = observation;
  }
}
