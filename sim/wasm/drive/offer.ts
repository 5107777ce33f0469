// Compiles the rule for what a circuit offers: it stays until it is accepted.

import { violation } from "../../drive/outcome.ts";
import { call, constant, copy, isZero, type Statement, type Value, when } from "../statement.ts";
import type { Surroundings } from "./agent.ts";

/** Compares a valid beat with the one before, and keeps it where it is not accepted; `then` runs where one is valid. */
export function offer(
  s: Surroundings,
  valid: string,
  ready: Value,
  then: readonly Statement[],
): Statement {
  const { words, staging, held, stagingBytes } = s;
  return when(
    s.output(valid),
    [
      call(s.capture),
      when(words.get("held"), [
        when(differs(staging, held, stagingBytes), [
          words.set("violation", constant(violation.changed)),
        ]),
      ]),
      words.set("held", isZero(ready)),
      when(isZero(ready), [copy(constant(held), constant(staging), stagingBytes)]),
      ...then,
    ],
    [when(words.get("held"), [words.set("violation", constant(violation.dropped))])],
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
