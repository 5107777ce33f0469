// Compiles what waits for a signal.

import type { Until } from "../../drive/models.ts";
import { constant, equal, isZero, or, type Value } from "../statement.ts";
import type { AgentCode, Surroundings } from "./agent.ts";

export function untilCode({ signal, values }: Until, { words, output }: Surroundings): AgentCode {
  const value = words.get("value");
  const reached = values.map((one): Value => equal(value, constant(one))).reduce(or);
  return {
    present: [],
    look: [words.set("value", output(signal)), words.set("left", isZero(reached))],
    observe: [],
  };
}
