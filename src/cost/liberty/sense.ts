import type { BooleanFunction } from "./function.ts";

export type Sense = "positive_unate" | "negative_unate" | "non_unate";

/** Inputs beside the one that are tried in all cases; a cell with more is taken to go both ways. */
const maximum = 12;

/** Which way an output goes when an input rises, over all cases of the others. */
export function senseOf(found: BooleanFunction, input: string): Sense {
  const others: string[] = [];
  found((pin) => {
    if (pin !== input && !others.includes(pin)) others.push(pin);
    return 0;
  });
  if (others.length > maximum) return "non_unate";
  let [rises, falls] = [false, false];
  for (let row = 0; row < 2 ** others.length; row += 1) {
    // Bit 0 is the case with the input at 0, bit 1 that at 1.
    const both = found((pin) =>
      pin === input ? 0b10 : (row >> others.indexOf(pin)) & 1 ? 0b11 : 0,
    );
    if ((both & 0b11) === 0b10) rises = true;
    if ((both & 0b11) === 0b01) falls = true;
  }
  if (rises === falls) return "non_unate";
  return rises ? "positive_unate" : "negative_unate";
}
