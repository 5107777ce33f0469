import { answer, type Question, type Verdict } from "../../formal/index.ts";
import { yosysVersion } from "../../tools/yosys-version.ts";
import { codeOf, type Kind } from "../farm/index.ts";

/** Proofs as pieces of work. */
export const proof: Kind<Question, Verdict> = {
  name: "prove",
  depends: () => [codeOf("formal"), codeOf("tools"), yosysVersion()],
  run: answer,
  expected: ({ cases, sources }) =>
    cases.length * (0.1 + Object.values(sources).join("").length / 40_000),
  // A solver that ran out of time or memory might not on a faster machine.
  isLasting: ({ verdict }) => verdict !== "unknown",
};
