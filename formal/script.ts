import { at } from "@chisel-ts/core";
import type { Sources } from "../tools/yosys.ts";
import { checkerName } from "./sources.ts";

/** Seconds for each call of the solver; past them the verdict is `unknown`. */
export const timeoutSeconds = 120;

/** What each part of a run is about, in the order of the script. */
export type Part = "read" | "clocks" | "assumptions" | "cut" | "whole" | "proof";

const begin = (part: Part): string => `log == ${part} ==`;

/** What a run printed by part; a part that was not reached is absent. */
export function partsOf(printed: string): Readonly<Partial<Record<Part, string>>> {
  const pieces = printed.split(/^== (\w+) ==$/m);
  return Object.fromEntries(
    pieces.flatMap((piece, i) => (i % 2 === 1 ? [[piece, at(pieces, i + 1)]] : [])),
  );
}

/**
 * Flat logic without memories, which is what `sat` reads. A check at a clock edge holds of what
 * is there before the edge: `chformal -early` takes away the register that `async2sync` puts before it.
 */
const mapped = [
  ...["memory_collect", "memory_map"],
  ...["async2sync", "chformal -early", "chformal -cover -remove"],
];

/**
 * How many registers and checks have another clock than `clock`, or its other edge, or are latches: `sat` would
 * take a step of them all at once.
 */
const strange = [
  ...["t:*dff*", "t:$check r:TRG_WIDTH>0 %i %u", "i:clock %co1:+[CLK,TRG] %d"],
  ...["t:*dff* r:CLK_POLARITY=1'0 %i %u", "t:$check r:TRG_POLARITY=1'0 %i %u", "t:$*latch* %u"],
].join(" ");

/** An unknown or undriven bit may be anything at any time, so that nothing is proved by its being 0. */
const free = ["setundef -undriven -anyseq", "opt_clean"];
const simple = ["opt -full", "opt_dff", "opt -full"];

export interface Script {
  readonly sources: Sources;
  /** Whether the checker has a clock. */
  readonly clocked: boolean;
  /** The Verilog name of the module in question. */
  readonly subject: string | undefined;
  /** Modules whose outputs may be anything. */
  readonly opaque?: readonly string[];
  /** Calls of `sat`, at most one of which fails. */
  readonly proofs: readonly string[];
  /** A call that finds a run which the assumptions allow. */
  readonly assumptions: string | undefined;
  /** A call that proves the property of a subject whose outputs may be anything. */
  readonly cut: string | undefined;
}

/** What the assumptions depend on, and nothing else. */
const alone = (search: string): string[] => [
  ...["design -push-copy", "delete t:$assert", "opt_clean -purge", search, "design -pop"],
];

/** The commands of a proof, the questions that show whether it says anything before it. */
export function scriptOf(script: Script): string {
  const { sources, clocked, subject, opaque = [], proofs, assumptions, cut } = script;
  const again = ["design -load read"];
  const cutpoints = opaque.map((name) => `cutpoint t:${name}`);
  const subjects = `${checkerName}/t:${subject}`;
  return [
    begin("read"),
    `read_verilog -formal ${Object.keys(sources).join(" ")}`,
    `hierarchy -check -top ${checkerName}`,
    ...["proc -norom", "design -save read"],
    ...(subject === undefined ? [] : [`select -count ${subjects}`]),
    ...(cut === undefined
      ? []
      : [
          begin("cut"),
          `cutpoint ${subjects}`,
          "flatten",
          ...mapped,
          ...free,
          "opt -full",
          cut,
          ...again,
        ]),
    ...(clocked
      ? [begin("clocks"), ...cutpoints, "flatten", "opt_clean", `select -count ${strange}`]
      : []),
    begin("whole"),
    ...(clocked ? [] : cutpoints),
    // Where memories are registers, those of words beyond the last have no driver, and nothing reads them.
    ...["flatten", "check"],
    ...mapped,
    ...free,
    ...simple,
    "select -count t:$assert",
    ...(assumptions === undefined ? [] : [begin("assumptions"), ...alone(assumptions)]),
    begin("proof"),
    ...proofs,
  ].join("; ");
}
