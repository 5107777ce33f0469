import type { Bundle, Module, Side } from "@chisel-ts/core";
import type { Response, Stimulus } from "./columns.ts";

export interface OpenOptions {
  /** Hierarchical names that `peek` will be asked for; the in-process engines know every name anyway. */
  readonly watch?: readonly string[];
}

/** Something that runs circuits. Every engine obeys one contract; test/sim/contract.ts states it as tests. */
export interface Engine {
  readonly name: "interpreter" | "wasm" | "verilator" | "icarus";
  /**
   * Starts a simulation: inputs 0, memories at their contents (otherwise 0), registers 0, then one
   * `reset()`. In icarus, what is never reset or written is unknown until it is set.
   *
   * @throws EngineUnavailableError when the engine's program is not installed.
   * @throws SimulationError when the engine cannot run the circuit, or `watch` names no signal.
   */
  open<P extends Bundle>(module: Module<P>, options?: OpenOptions): Simulation<P>;
}

/** A running circuit. Every method is synchronous; all throw SimulationError after `close`. */
export interface Simulation<P extends Bundle = Bundle> {
  /**
   * Input ports, nested as the ports are: a boolean for a Bool, otherwise a bigint. An input keeps its
   * value until it is set again. @throws SimulationError for a value out of range.
   */
  readonly in: Inputs<Side<P, "input", "value">>;
  /** Output ports, for the present state and inputs. */
  readonly out: Side<P, "output", "value">;
  /** `cycles` rising clock edges, 1 by default. */
  step(cycles?: number): void;
  /** One rising edge with `reset` 1, after which it is 0. Registers without reset and memories take it as any edge. */
  reset(): void;
  /**
   * A signal by its hierarchical name: instance names and a name of the source, joined with dots, such as
   * `product.decode.shift`; two's complement when its type is signed.
   *
   * @throws SimulationError when there is no such signal, or a native engine was not asked to watch it.
   */
  peek(name: string): bigint;
  /**
   * Runs `cycles` cycles at once. In each the inputs are applied, the outputs recorded, then comes the
   * edge. Inputs without a column hold their value; afterwards every input has its last value.
   *
   * @throws SimulationError for an unknown port, a short column or a value out of range.
   */
  batch(stimulus: Stimulus, cycles: number): Response;
  /** Ends the simulation and what it started; a second call does nothing. */
  close(): void;
}

/** The settable side of a simulation's inputs. */
export type Inputs<T> = { -readonly [K in keyof T]: T[K] extends bigint | boolean ? T[K] : Inputs<T[K]> };
