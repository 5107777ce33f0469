import type { Module } from "@chisel-ts/core";

/** Something that is to hold in every reachable cycle for every input. */
export interface Property {
  readonly circuit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** In words. */
  readonly name: string;
  /** What the checker instantiates; read as the Verilog that users are given. */
  readonly modules: readonly Module[];
  /**
   * A Verilog module `check` with `assert`s around an instance of the circuit. Its inputs are those of the
   * circuit, `clock` and `reset` if it has them, and whatever `cases` sets.
   */
  readonly checker: string;
  readonly clocked: boolean;
  /** Constants for inputs, set together; each set is proved by itself. None: one proof for all inputs. */
  readonly cases?: readonly Readonly<Record<string, bigint>>[];
}

/** Inputs of a counter-example by name, a bit pattern a cycle; the first cycle is the one after a reset. */
export interface Trace {
  readonly cycles: number;
  readonly inputs: Readonly<Record<string, readonly bigint[]>>;
}

export type Method = "sat" | "k-induction";

interface Tried {
  readonly method: Method;
  /** Cycles that the induction step assumes; 0 without state. */
  readonly depth: number;
  readonly seconds: number;
}

export type Verdict = Tried &
  (
    | { readonly verdict: "proved" }
    | { readonly verdict: "disproved"; readonly trace: Trace }
    | { readonly verdict: "unknown"; readonly reason: string }
  );
