/** Where an energy is from. Keys are those of the JSON. */
export interface EnergySource {
  /** Publication and year, and what the figure includes. */
  readonly source: string;
  readonly node: string;
  /** `null` where the publication names none. */
  readonly voltage: number | null;
  /** `table`: as it was published; `derived`: worked out from such a figure, as `source` says; `measured`: simulated here. */
  readonly kind: "measured" | "table" | "derived";
}

/** Energy of an operation or a memory access in pJ: a range, whose ends are equal where one figure was published. */
export interface Energy extends EnergySource {
  readonly minimum: number;
  readonly maximum: number;
}

/** The middle of a range. */
export const middle = ({ minimum, maximum }: Pick<Energy, "minimum" | "maximum">): number =>
  (minimum + maximum) / 2;

export const single = (pj: number): Pick<Energy, "minimum" | "maximum"> => ({
  minimum: pj,
  maximum: pj,
});
