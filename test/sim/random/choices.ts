import {
  assert,
  assume,
  type Bool,
  cover,
  enumeration,
  fromBits,
  literal,
  match,
  memory,
  mux,
  named,
  register,
  switchOn,
  type UInt,
  uint,
  type WhenChain,
  when,
} from "@chisel-ts/core";
import type { Body } from "./body.ts";
import { pattern, resize, topBit } from "./operations.ts";
import type { ChoiceStep } from "./steps.ts";

const everything = 3;
const either = (a: Bool, b: Bool): Bool => a.or(b);

/** Names of pairs that must always be equal: what a choice sets, and the same said with mux alone. */
export const pairOf = (name: string): string | undefined =>
  name.startsWith("chosen_") ? `mirror_${name.slice("chosen_".length)}` : undefined;

/** The name of the value that a check's condition must equal. */
export const expectationOf = (label: string): string => `expect_${label}`;

/** One arm: when it is taken, and what it does there. */
interface Arm {
  readonly condition: Bool;
  /** What the register gets; `undefined` where the arm leaves it. */
  readonly value: UInt | undefined;
  /** Inside the arm, a choice of its own: this value where the condition holds. */
  readonly inner: { readonly condition: Bool; readonly value: UInt } | undefined;
}

/**
 * A register and a memory set by a chain of conditions with checks inside, beside mirrors that say the same
 * with mux, and, or and not.
 */
export function addChoice(body: Body, s: ChoiceStep, index: number): void {
  const width = body.find(everything, s.a).signal.width;
  const type = uint(width);
  const reset = fromBits(type, pattern(s.n, width));
  const chosen = register(`chosen_${index}`, type, { reset });
  const mirror = register(`mirror_${index}`, type, { reset });
  const words = [`c${index}`, `d${index}`].map((name) =>
    memory(name, { depth: 4, type, contents: [1, 0, 1, 0] }),
  );
  const { started } = body;
  const [own, copy] = words as [(typeof words)[0], (typeof words)[0]];
  body.add(chosen, 0);
  body.feedback.push(() => {
    // Not every value that an arm takes decides something: those that nothing else reads are shown elsewhere.
    const pick = (n: number): UInt => body.find(everything, n).signal;
    const subject = resize(pick(s.b), 12);
    const kind = s.arms > 1 && s.c % 5 === 0 ? "match" : s.c % 5 === 1 ? "switch" : "when";
    // Small codes come up more often than others.
    const codesOf = (k: number): number[] =>
      kind === "match"
        ? [k + 1 < s.arms ? 3 * k : 4095]
        : Array.from({ length: 1 + (k % 3) }, (_, i) => 3 * k + i);
    const arms = Array.from({ length: s.arms }, (_, k): Arm => {
      const value =
        k % 3 === 0 ? literal(type, pattern(s.n + k, width)) : resize(pick(s.a + k), width);
      const table = s.c % 2 === 0;
      return {
        condition:
          kind !== "when"
            ? codesOf(k)
                .map((code) => subject.eq(code))
                .reduce(either)
            : table
              ? subject.eq((k * (1 + (s.c % 7))) % 4096)
              : topBit(pick(s.c + k)),
        value: k % 7 === 3 ? undefined : value,
        inner: k % 5 === 4 ? { condition: topBit(pick(s.b + k)), value: value.not() } : undefined,
      };
    });
    const otherwise = s.n % 2 === 0 ? resize(pick(s.n), width) : undefined;
    const address = resize(pick(s.c), 2);
    const check = (k: number, guard: Bool): void => {
      const kind = ["assert", "assume", "cover"][(s.n + k) % 3];
      const label = `check_${index}_${k}`;
      const condition = topBit(pick(s.a + s.b + k));
      if (kind === "cover") cover(condition, label);
      else (kind === "assert" ? assert : assume)(condition, label);
      const expected = kind === "cover" ? guard.and(condition) : guard.not().or(condition);
      named({ [expectationOf(label)]: expected });
    };

    let chain: WhenChain | undefined;
    const cases = kind === "switch" ? switchOn(subject) : undefined;
    const bodies: Record<string, () => void> = {};
    let earlier: Bool | undefined;
    const write: { condition: Bool; value: UInt }[] = [];
    arms.forEach(({ condition, value, inner }, k) => {
      const taken: Bool = earlier ? earlier.not().and(condition) : condition;
      earlier = earlier ? earlier.or(condition) : condition;
      const act = (): void => {
        if (value) chosen.set(value);
        if (value && k % 2 === 0) {
          own.write(address, value, started);
          write.push({ condition: taken, value });
        }
        if (k < 3) check(k, taken);
        if (inner) when(inner.condition, () => chosen.set(inner.value));
      };
      if (kind === "match") bodies[`m${k}`] = act;
      else if (cases) cases.case(codesOf(k), act);
      else chain = chain ? chain.elsewhen(condition, act) : when(condition, act);
    });
    if (kind === "match") {
      const codes = Object.fromEntries(arms.map((_, k) => [`m${k}`, codesOf(k)[0]!]));
      match(enumeration(`e${index}`, codes), subject, bodies);
    } else if (otherwise) {
      const rest = earlier ?? literal(uint(1), 0).bit(0);
      const last = (): void => {
        chosen.set(otherwise);
        check(arms.length, rest.not());
      };
      if (cases) cases.default(last);
      else chain?.otherwise(last);
    }
    const mirrored = arms.reduceRight<UInt>(
      (rest, { condition, value, inner }) => {
        const here = value ?? mirror;
        return mux(condition, inner ? mux(inner.condition, inner.value, here) : here, rest);
      },
      kind === "match" ? mirror : (otherwise ?? mirror),
    );
    mirror.set(mirrored);
    for (const { condition, value } of write) {
      copy.write(address, value, started ? started.and(condition) : condition);
    }
    const at = resize(pick(s.b + 1), 2);
    for (const word of [
      own.read(`chosen_word_${index}`, at),
      copy.read(`mirror_word_${index}`, at),
    ]) {
      body.use(body.add(started ? mux(started, word, word.and(0)) : word, 0));
    }
  });
}
