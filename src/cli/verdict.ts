import type { Property, Verdict } from "../../formal/index.ts";
import type { Farmed } from "./farm-options.ts";

/** The verdict that a farm found; `unknown`, with the reason, where workers died on the proof. */
export function verdictOf({ clocked }: Property, answer: Farmed<Verdict> | undefined): Verdict {
  if (answer && "result" in answer) return answer.result;
  const tried = { method: clocked ? "k-induction" : "sat", depth: 0, seconds: 0 } as const;
  return { ...tried, verdict: "unknown", reason: answer?.lost ?? "it was not asked" };
}
