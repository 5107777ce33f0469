import type { Question } from "./question.ts";
import type { Part } from "./script.ts";

type Parts = Readonly<Partial<Record<Part, string>>>;

/** The number that `select -count` printed last. */
function count(printed: string | undefined): number | undefined {
  const found = [...(printed ?? "").matchAll(/^(\d+) objects\.$/gm)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}

const proved = /SAT proof finished - no model found: SUCCESS!|Induction step proven: SUCCESS!/;
const noModel = /SAT solving finished - no model found/;

/** Why a property says nothing of its subject, so that a proof of it would prove nothing. */
export function emptiness({ subject, clocked }: Question, parts: Parts): string | undefined {
  if (subject && count(parts.read) === 0) {
    return `the checker has no instance of ${subject.name}, so it says nothing of it`;
  }
  if (subject?.states === "constants") {
    return `every assertion of ${subject.name} is a constant`;
  }
  if (count(parts.whole) === 0) return "there is no assertion to prove";
  const { assumptions, cut } = parts;
  if (assumptions !== undefined && noModel.test(assumptions)) {
    return `no ${clocked ? "run that leaves reset" : "inputs"} can meet the assumptions`;
  }
  if (subject && cut !== undefined && proved.test(cut)) {
    return `it holds whatever ${subject.name} does: its outputs play no part`;
  }
  return undefined;
}

/** What yosys read otherwise than it was meant. */
export function misread({ read = "", clocks = "", whole = "" }: Parts): string | undefined {
  const others = count(clocks) ?? 0;
  if (others > 0) {
    return (
      `${others} registers, checks or latches do not go by the rising edge of clock, ` +
      "and a proof knows no other"
    );
  }
  return /^.*Warning: .*$/m.exec(read + clocks + whole)?.[0];
}
