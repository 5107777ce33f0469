/**
 * Static CMOS gates by the method of logical effort (I. Sutherland, B. Sproull, D. Harris, "Logical
 * Effort: Designing Fast CMOS Circuits", Morgan Kaufmann, 1999; N. Weste, D. Harris, "CMOS VLSI Design",
 * chapter 4).
 *
 * A gate's transistors are as wide as gives it the inverter's resistance on its worst path, with PMOS of
 * twice the NMOS' resistance: an inverter has widths 1 and 2, an input capacitance of 3 of width. An input's logical effort
 * is the width at it over 3; the parasitic delay is the width at the output over 3. A gate of drive x has
 * all widths x times, so the delay is parasitic + load / x in units of τ, with the load in inverter inputs.
 */
export interface Gate {
  /** Logical effort of each input, in order. */
  readonly effort: readonly number[];
  readonly parasitic: number;
  /** Pairs of one NMOS and one PMOS. */
  readonly pairs: number;
}

const width = (n: number, p: number): number => (n + p) / 3;
const alike = (inputs: number, n: number, p: number): number[] =>
  Array.from({ length: inputs }, () => width(n, p));

/** k NMOS in series of width k, k PMOS side by side of width 2. */
const nand = (k: number): Gate => ({
  effort: alike(k, k, 2),
  parasitic: width(k, 2 * k),
  pairs: k,
});

/** k NMOS side by side of width 1, k PMOS in series of width 2k. */
const nor = (k: number): Gate => ({
  effort: alike(k, 1, 2 * k),
  parasitic: width(k, 2 * k),
  pairs: k,
});

export const gates = {
  inv: { effort: [width(1, 2)], parasitic: width(1, 2), pairs: 1 },
  nand2: nand(2),
  nand3: nand(3),
  nand4: nand(4),
  nor2: nor(2),
  nor3: nor(3),
  /** !(A·B + C): NMOS 2 2 1, PMOS 4 4 4 with C's at the output. */
  aoi21: { effort: [width(2, 4), width(2, 4), width(1, 4)], parasitic: width(3, 4), pairs: 3 },
  /** !((A + B)·C): NMOS 2 2 2 with C's at the output, PMOS 4 4 2. */
  oai21: { effort: [width(2, 4), width(2, 4), width(2, 2)], parasitic: width(2, 6), pairs: 3 },
  /** !(A·B + C·D): NMOS 2, PMOS 4; at the output two NMOS and two PMOS. */
  aoi22: { effort: alike(4, 2, 4), parasitic: width(4, 8), pairs: 4 },
  /** !((A + B)·(C + D)), the same widths. */
  oai22: { effort: alike(4, 2, 4), parasitic: width(4, 8), pairs: 4 },
  /**
   * Two tristate inverters at one output, inputs A, B, S and its complement: each select wire has the
   * NMOS of one and the PMOS of the other.
   */
  selector: { effort: alike(4, 2, 4), parasitic: width(4, 8), pairs: 4 },
  /** An inverter that a clock phase turns on: two in series. */
  clocked: { effort: [width(2, 4)], parasitic: width(2, 4), pairs: 2 },
} as const satisfies Readonly<Record<string, Gate>>;

export type GateName = keyof typeof gates;
