// Compiles the rule for what a circuit offers: it stays until it is accepted.

import { violation } from "../../drive/outcome.ts";
import { call, constant, copy, isZero, type Statement, type Value, when } from "../statement.ts";
import type { Outgoing, Surroundings } from "./agent.ts";

/** A stream that the circuit offers. */
interface Stream {
  readonly outgoing: Outgoing;
  readonly valid: string;
  readonly ready: Value;
  /** The word that says whether a beat is held. */
  readonly flag: "held" | "held_store";
}

/** Compares a valid beat with the one before, and keeps it where it is not accepted; `then` runs where one is valid. */
export function offer(
  s: Surroundings,
  { outgoing: { capture, staging, held, sizes }, valid, ready, flag }: Stream,
  then: readonly Statement[],
): Statement {
  const { words } = s;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return when(
    s.output(valid),
    [
      call(capture),
      when(words.get(flag), [
        when(differs(staging, held, bytes), [words.set("violation", constant(violation.changed))]),
      ]),
      words.set(flag, isZero(ready)),
      when(isZero(ready), [copy(constant(held), constant(staging), bytes)]),
      ...then,
    ],
    [when(words.get(flag), [words.set("violation", constant(violation.dropped))])],
  );
}

/** Whether bytes at two places differ; both have room for whole 64-bit words. */
const differs =
  (a: number, b: number, bytes: number): Value =>
  (code) => {
    code.i32(0);
    for (let at = 0; at < bytes; at += 8) {
      code.i32(0).memory("i64.load", a + at);
      code.i32(0).memory("i64.load", b + at);
      code.emit("i64.ne", "i32.or");
    }
  };
