// Compiles a stream sink.

import { at } from "@chisel-ts/core";
import type { StreamSink } from "../../drive/models.ts";
import { violation } from "../../drive/outcome.ts";
import { and, constant, copy, isSet, isZero, load, notBelow, store, when } from "../statement.ts";
import {
  type AgentCode,
  patternNext,
  patternNow,
  recordTransfer,
  type Surroundings,
  withPattern,
  zero,
} from "./agent.ts";
import { offer } from "./offer.ts";

export function sinkCode(model: StreamSink, s: Surroundings): AgentCode {
  const { words, size } = s;
  const outgoing = at(s.outgoing, 0);
  const { staging } = outgoing;
  const ready = words.get("ready");
  return {
    present: [
      words.set("ready", isSet(words.get("left"))),
      withPattern(s, [
        words.set("ready", and(ready, notBelow(words.get("waited"), patternNow(s)))),
      ]),
      s.input(model.ready, ready),
    ],
    observe: [
      offer(s, { outgoing, valid: model.valid, ready, flag: "held" }, [
        words.add("waited", 1),
        when(isZero(words.get("left")), [words.set("violation", constant(violation.surplus))]),
        when(ready, [
          copy(words.get("data"), constant(staging), size),
          words.add("data", size),
          store(words.get("last"), load(zero, staging + size, "i32.load8_u"), 0, "i32.store8"),
          words.add("last", 1),
          ...recordTransfer(s),
          words.add("left", -1),
          words.set("waited", zero),
          withPattern(s, patternNext(s)),
        ]),
      ]),
    ],
  };
}
