// The work of models in a run and its outcome, as users write and read them.

import type { BurstMemory } from "./memories.ts";
import type { Models, RegisterScript, StreamSink, StreamSource, Until } from "./models.ts";

/** Cycles by beat: beat b takes element b, and from the first again after the last. */
export type Pattern = Uint32Array;

/** What a source sends in a run. */
export interface SourceWork {
  /**
   * Beats one after the other; the ports of one beat follow one another, each in the bytes of an element of its column:
   * 1, 2, 4, 8 or whole 64-bit words, least significant first.
   */
  readonly beats: Uint8Array;
  /** Cycles that pass between a beat, or the start, and the next. */
  readonly gaps?: Pattern;
  /** For every beat the first cycle of the run in which there is one. */
  readonly arrivals?: Uint32Array;
}

/** What a sink takes in a run. */
export interface SinkWork {
  /** Beats; one more is an error. */
  readonly beats: number;
  /** Cycles for which a beat is valid before it is accepted. */
  readonly delays?: Pattern;
}

/** A step of a script, done before the next begins. */
export type RegisterStep =
  | { readonly write: number; readonly data: number }
  | { readonly read: number }
  /** Reads until the bits of the mask are as they should be. */
  | { readonly poll: number; readonly mask: number; readonly equals: number }
  /** Waits until other models have done their work. */
  | { readonly after: readonly string[] }
  | { readonly idle: number };

export interface RegisterWork {
  readonly steps: readonly RegisterStep[];
}

export interface MemoryWork {
  /** The words, packed as beats are. */
  readonly contents: Uint8Array;
}

export interface BurstWork {
  /** What the memory begins with, and zeros behind it. Where there is none it has what the last run left, at first zeros. */
  readonly contents?: Uint8Array;
  /**
   * What stalls in each cycle, and from the first again after the last: 1 no beat becomes valid, 2 no request is accepted,
   * 4 no byte is stored, and sums of these.
   */
  readonly stalls?: Pattern;
}

type WorkOfModel<M> = M extends StreamSource
  ? SourceWork
  : M extends StreamSink
    ? SinkWork
    : M extends RegisterScript
      ? RegisterWork
      : M extends BurstMemory
        ? BurstWork
        : M extends Until
          ? never
          : MemoryWork;

/** The work of a run by models; a model without any stays idle, but `Until` always waits. */
export type Work<M extends Models> = { readonly [N in keyof M]?: WorkOfModel<M[N]> };

export interface SourceOutcome {
  /** The cycle in which each beat was transferred: valid and ready were both high. */
  readonly transfers: Uint32Array;
}

export interface SinkOutcome extends SourceOutcome {
  /** Packed as those of a source; values of signed ports are sign-extended. */
  readonly beats: Uint8Array;
  /** 1 where a beat was marked the last; 0 without such a port. */
  readonly last: Uint8Array;
}

export interface RegisterOutcome {
  /** What each read and each poll gave. */
  readonly reads: Uint32Array;
}

export interface MemoryOutcome {
  readonly contents: Uint8Array;
}

export interface BurstOutcome {
  /** All bytes of the memory, where they are: the next run may change them or put them elsewhere. */
  readonly contents: Uint8Array;
}

export interface UntilOutcome {
  /** The value that the signal has. */
  readonly value: number;
}

type OutcomeOfModel<M> = M extends StreamSource
  ? SourceOutcome
  : M extends StreamSink
    ? SinkOutcome
    : M extends RegisterScript
      ? RegisterOutcome
      : M extends BurstMemory
        ? BurstOutcome
        : M extends Until
          ? UntilOutcome
          : MemoryOutcome;

/** What a run gave. */
export interface Run<M extends Models> {
  /** Clock edges that passed. */
  readonly cycles: number;
  readonly models: { readonly [N in keyof M]: OutcomeOfModel<M[N]> };
}
