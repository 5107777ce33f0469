// The interface of every engine, and what the in-process engines add to it.

import type { Bundle, Module, Side } from "@chisel-ts/core";
import type { CheckMode } from "./checks/monitor.ts";
import type { CheckResult } from "./checks/result.ts";
import type { Columns } from "./column.ts";
import type { DisplayLine } from "./displays/line.ts";
import type { Models } from "./drive/models.ts";
import type { Run, Work } from "./drive/work.ts";
import type { Observation } from "./observation.ts";
import type { Snapshot } from "./state.ts";

/** The value of a signal, and which of its bits are unknown: those are 0 in the value. */
export interface Observed {
  readonly value: bigint;
  /** A bit pattern; 0 where all is known. */
  readonly unknown: bigint;
}

/**
 * A running module. Every engine behaves the same: state is 0 at first, then one cycle of reset is
 * applied, so that registers with a reset value hold it.
 */
export interface Simulation<P extends Bundle, M extends Models = Models> {
  /**
   * The input ports. An assignment holds until the next one; a Bool takes a boolean, the others a bigint.
   * @throws RangeError when a value does not fit its port, or there is no such port.
   */
  readonly in: Side<P, "input", "value">;
  /**
   * The output ports for the present inputs and state.
   * @throws RangeError when there is no such port, or it is assigned to.
   * @throws Error when bits of it are unknown; only Icarus knows such bits.
   */
  readonly out: Readonly<Side<P, "output", "value">>;
  /**
   * Lets `cycles` (default 1) rising clock edges pass with the present inputs.
   * @throws RangeError unless it is a whole number from 0 to 2^31 − 1.
   */
  step(cycles?: number): void;
  /** One rising edge with reset at 1. */
  reset(): void;
  /**
   * The value of a signal inside, by instance names and its own joined with dots: `multiplier.sum`. A word
   * of a memory goes by its address, `buffer.words[3]`; of values named alike, as in a loop, the second is
   * `sum_1`.
   * @throws RangeError when there is no such signal, or it was not in `watch`.
   * @throws Error when bits of it are unknown.
   */
  peek(name: string): bigint;
  /** As `peek`, but unknown bits are shown, not refused: what a recording needs. */
  observe(name: string): Observed;
  /**
   * Many cycles at once. In cycle i the inputs take element i of their columns (a port without a column
   * keeps its value), the outputs and the watched signals are recorded by their names, and then the clock
   * rises. The last inputs stay.
   * @throws RangeError when a column is unknown, too short, of another type or holds a value that does not
   *   fit; nothing has happened then.
   * @throws Error when bits are unknown in some cycle; all cycles have passed then.
   */
  batch(stimulus: Columns, cycles: number): Columns;
  /** As `batch`, but unknown bits are shown, not refused. */
  observeBatch(stimulus: Columns, cycles: number): Observation;
  /**
   * Lets the models that `open` was given drive their ports, from cycle 0 on until each has done its work, and the
   * clock rise after every cycle but the last. Ports that no model drives keep their values; those that one drives
   * are 0 outside of runs.
   * @throws RangeError for work that a model cannot do, or unless `maxCycles` is a whole number from 0 to 2^31 − 1;
   *   nothing has happened then.
   * @throws ProtocolError where the circuit breaks a rule of its bus, or work is left after `maxCycles`.
   */
  run(work: Work<M>, maxCycles: number): Run<M>;
  /** Ends it; the other methods then throw. */
  close(): void;
}

/**
 * A running module whose whole state is at hand, and whose `assert`, `assume` and `cover` are evaluated at every clock
 * edge outside reset. `step`, `batch` and `observeBatch` throw a `CheckError` where one failed, after all their cycles
 * have passed, unless `checks` is `collect`.
 */
export interface InProcessSimulation<P extends Bundle, M extends Models = Models>
  extends Simulation<P, M> {
  /**
   * Replaces the value of an input port or a register, by the name that `peek` takes.
   * @throws RangeError when there is no such port or register, or the value does not fit.
   */
  poke(name: string, value: bigint): void;
  /** Every register and memory. */
  save(): Snapshot;
  /** Puts state back, all of it or some; another simulation of the same module may have saved it. */
  restore(snapshot: Snapshot): void;
  /**
   * Random words in every register and memory. What a reset and the inputs of an operation do not
   * overwrite differs between two seeds: this finds a missing reset.
   */
  randomize(seed: number): void;
  /** Every check of the module and of the instances below it, and what it has seen so far. */
  checks(): readonly CheckResult[];
}

/** How many lanes `open` is asked for; a count makes it a `LaneSimulation`. */
export type Lanes = number | undefined;

/** What `open` gives: one run, or many at once where it is asked for lanes. */
export type Opened<L extends Lanes, S> = L extends number ? LaneSimulation : S;

export interface OpenOptions<M extends Models = Models, L extends Lanes = undefined> {
  /** Signals inside that `peek` and `batch` will be asked for; only these cost anything. */
  readonly watch?: readonly string[];
  /** Bus functional models that drive ports in a `run`, by names of their own. */
  readonly models?: M;
  /**
   * Opens so many independent runs at once: a whole number from 1 to 65,536, 64 at most on engines that run Verilog. Goes
   * with `watch` alone.
   */
  readonly lanes?: L;
}

export interface InProcessOptions<M extends Models = Models, L extends Lanes = undefined>
  extends OpenOptions<M, L> {
  /** Whether a failing assertion or assumption throws, as it does if this is not given, or is only listed by `checks()`. */
  readonly checks?: CheckMode;
  /** Takes the lines of `display`; where this is not given, they are printed. */
  readonly display?: (line: DisplayLine) => void;
}

/**
 * Independent runs of a module, side by side. All of them start, and are reset, as a `Simulation` is; what differs are
 * their inputs. A column has an element for each lane in each cycle: that of lane l in cycle i is number i · lanes + l.
 *
 * @example
 * const dut = engines.wasm.open(mac({}), { lanes: 2 });
 * const inputs = { weight: Uint8Array.of(0x48, 0x48), activation: Int8Array.of(1, 2), enable: Uint8Array.of(1, 1) };
 * dut.batch(inputs, 1);
 * console.log(dut.batch({}, 1).sum.join(" ")); // 6144 12288
 */
export interface LaneSimulation {
  readonly lanes: number;
  /**
   * As `Simulation.batch`, in every lane at once; an input without a column keeps its values.
   *
   * @throws RangeError for a stimulus that does not fit; nothing has happened then.
   * @throws Error when bits are unknown or a check fails in some lane, which it names; all cycles have passed then.
   */
  batch(stimulus: Columns, cycles: number): Columns;
  /** Lets `cycles` (default 1) rising clock edges pass with the present inputs. */
  step(cycles?: number): void;
  /** One rising edge with reset at 1. */
  reset(): void;
  /** Ends it; the other methods then throw. */
  close(): void;
}

/** Something that runs modules. */
export interface Engine {
  readonly name: string;
  /** @throws EngineUnavailableError when a program it needs is not installed. */
  open<P extends Bundle, M extends Models = Models, L extends Lanes = undefined>(
    module: Module<P>,
    options?: OpenOptions<M, L>,
  ): Opened<L, Simulation<P, M>>;
}

/** An engine without another program. */
export interface InProcessEngine extends Engine {
  open<P extends Bundle, M extends Models = Models, L extends Lanes = undefined>(
    module: Module<P>,
    options?: InProcessOptions<M, L>,
  ): Opened<L, InProcessSimulation<P, M>>;
}
