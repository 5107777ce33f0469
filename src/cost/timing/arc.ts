import type { Edges, TimingArc } from "../liberty/pin.ts";
import { lookup } from "../liberty/table.ts";

export const edges = ["rise", "fall"] as const;
export type Edge = (typeof edges)[number];

export const opposite: Edges<Edge> = { rise: "fall", fall: "rise" };

/** The edges of a related pin that bring an edge at the output; none where the arc does not bring it. */
export function causes({ sense, type }: TimingArc, edge: Edge): readonly Edge[] {
  if (type === "combinational_rise" && edge === "fall") return [];
  if (type === "combinational_fall" && edge === "rise") return [];
  if (sense === "positive_unate") return [edge];
  return sense === "negative_unate" ? [opposite[edge]] : edges;
}

interface Conditions {
  /** Of the input. */
  readonly slew: number;
  /** Of the output. */
  readonly load: number;
  /** The load of the other output that the arc's tables depend on. */
  readonly related?: number;
}

/** Delay and transition of an output edge; `undefined` where the arc does not bring it. */
export function drive(
  { delay, transition }: TimingArc,
  edge: Edge,
  { slew, load, related = 0 }: Conditions,
): { readonly delay: number; readonly slew: number } | undefined {
  const [delays, slews] = [delay[edge], transition[edge]];
  return (
    delays && {
      delay: lookup(delays, slew, load, related),
      slew: slews ? lookup(slews, slew, load, related) : 0,
    }
  );
}

/** Arcs of ordinary logic; those that enable, disable, set or clear are left out. */
export const isCombinational = ({ type }: TimingArc): boolean =>
  /^combinational(_rise|_fall)?$/.test(type);
export const isClocked = ({ type }: TimingArc): boolean => /^(rising|falling)_edge$/.test(type);
export const isSetup = ({ type }: TimingArc): boolean => /^setup_(rising|falling)$/.test(type);

/** The edge of its clock that a clocked or a setup arc goes by. */
export const clockEdge = ({ type }: TimingArc): Edge =>
  type.includes("falling") ? "fall" : "rise";
