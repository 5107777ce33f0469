import type { Module } from "@chisel-ts/core";

/** A statement about every run from a cycle of reset on, or about every input where there is no state. */
export interface Property {
  readonly circuit: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** In words. */
  readonly name: string;
  /**
   * `assert` (the default): no assertion of the checker ever fails. `cover`: some run makes one fail, so that what the
   * assertion excludes does happen.
   */
  readonly kind?: "assert" | "cover";
  /** The module that it is about, which the checker instantiates; left out, it is about the checker's text alone. */
  readonly subject?: Module;
  /** Other modules that the checker instantiates. All are read as the Verilog that users are given. */
  readonly helpers?: readonly Module[];
  /**
   * What stands before the name of the subject and of all below it, and before those of the helpers; nothing where it is
   * left out. Names of users begin with a letter, so what begins with an underscore meets none of them.
   */
  readonly prefix?: string;
  readonly helperPrefix?: string;
  /**
   * A Verilog module `check` with `assert`s around an instance of the circuit. Its inputs are those of the
   * circuit, `clock` and `reset` if it has them, and whatever `cases` sets.
   */
  readonly checker: string;
  readonly clocked: boolean;
  /** Names of modules below the subject whose outputs may be anything in any cycle: what is proved holds whatever they do. */
  readonly opaque?: readonly string[];
  /** Constants for inputs, set together; each set is proved by itself. None: one proof for all inputs. */
  readonly cases?: readonly Readonly<Record<string, bigint>>[];
}

/** The inputs of a run by name, a bit pattern a cycle; the first cycle is the one after a reset. */
export interface Trace {
  readonly cycles: number;
  readonly inputs: Readonly<Record<string, readonly bigint[]>>;
  /** Cycles at whose end there is a reset, in order. */
  readonly resets: readonly number[];
}

/** `sat`: all inputs at once. `k-induction`: all time. `bounded`: runs of so many cycles after a reset. */
export type Method = "sat" | "k-induction" | "bounded";

interface Tried {
  readonly method: Method;
  /** Cycles that the induction step assumes or, bounded, of the longest runs looked at; 0 without state. */
  readonly depth: number;
  readonly seconds: number;
}

export type Verdict = Tried &
  (
    | {
        readonly verdict: "proved";
        /** The run that reaches what was to be covered. */
        readonly trace?: Trace;
      }
    | {
        readonly verdict: "disproved";
        /** The counter-example. */
        readonly trace: Trace;
      }
    /** What was to be covered is reached by no run, however long. */
    | { readonly verdict: "unreachable" }
    /** The property says nothing: a proof of it would be none. */
    | { readonly verdict: "vacuous"; readonly reason: string }
    | { readonly verdict: "unknown"; readonly reason: string }
  );
