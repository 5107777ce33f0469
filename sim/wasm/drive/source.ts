// Compiles a stream source.

import type { StreamSource } from "../../drive/models.ts";
import {
  add,
  and,
  equal,
  isSet,
  isZero,
  load,
  notBelow,
  type Statement,
  type Value,
  when,
} from "../statement.ts";
import {
  type AgentCode,
  one,
  patternNext,
  patternNow,
  recordTransfer,
  type Surroundings,
  withPattern,
  zero,
} from "./agent.ts";

export function sourceCode(model: StreamSource, s: Surroundings): AgentCode {
  const { words, cycle } = s;
  const last = (value: Value): Statement[] =>
    model.last === undefined ? [] : [s.input(model.last, value)];
  const due = and(
    and(isSet(words.get("left")), notBelow(cycle, words.get("next"))),
    notBelow(cycle, load(words.get("arrivals"))),
  );
  return {
    present: [
      when(isZero(words.get("offering")), [
        when(
          due,
          [
            ...s.inputs(model.data, words.get("data")),
            s.input(model.valid, one),
            ...last(equal(words.get("left"), one)),
            words.set("offering", one),
          ],
          [s.input(model.valid, zero), ...last(zero)],
        ),
      ]),
    ],
    observe: [
      when(and(words.get("offering"), s.output(model.ready)), [
        ...recordTransfer(s),
        words.add("left", -1),
        words.set("offering", zero),
        words.add("data", s.size),
        words.set("next", add(cycle, one)),
        withPattern(s, [
          ...patternNext(s),
          words.set("next", add(words.get("next"), patternNow(s))),
        ]),
        // Without arrivals the word that is looked at is 0, and stays where it is.
        words.set("arrivals", add(words.get("arrivals"), words.get("stride"))),
      ]),
    ],
  };
}
