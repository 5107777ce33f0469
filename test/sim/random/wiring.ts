/**
 * Where an instance's inputs of one side come from: an output of the instance so many places on, or the
 * surroundings, the same for all instances or for each its own.
 */
export type Source =
  | { readonly port: "p" | "q" | "r"; readonly offset: -1 | 0 | 1 }
  | "broadcast"
  | "independent";

/** The sources of the even inputs, which decide p, and of the odd ones, which decide q. */
export interface Wiring {
  readonly name: string;
  readonly even: Source;
  readonly odd: Source;
  /** Whether the last instance's r feeds the first one. */
  readonly ring?: true;
}

const from = (port: "p" | "q" | "r", offset: -1 | 0 | 1): Source => ({ port, offset });

/**
 * Free of loops as ports go, whatever the children: r depends on nothing within the cycle, and in every
 * row p and q of all instances can be put in an order in which each follows what it depends on. Where an
 * instance has no such neighbour, the surroundings take its place.
 */
export const wirings: readonly Wiring[] = [
  { name: "registered chain", even: from("r", -1), odd: from("r", -1) },
  { name: "registered ring", even: from("r", -1), odd: "broadcast", ring: true },
  { name: "ripple", even: from("p", -1), odd: from("q", -1) },
  { name: "ripple one side", even: from("p", -1), odd: "independent" },
  { name: "ripple from the last", even: from("p", 1), odd: from("q", 1) },
  { name: "ripples in opposite directions", even: from("p", -1), odd: from("q", 1) },
  { name: "broadcast", even: "broadcast", odd: "broadcast" },
  { name: "independent", even: "independent", odd: "independent" },
  { name: "even to odd of the same", even: "independent", odd: from("p", 0) },
  { name: "odd to even of the same", even: from("q", 0), odd: "independent" },
  { name: "even to odd of the previous", even: "independent", odd: from("p", -1) },
  { name: "even to odd of the next", even: "broadcast", odd: from("p", 1) },
  { name: "there and back", even: from("p", -1), odd: from("p", 1) },
  { name: "zigzag between instances", even: from("q", -1), odd: from("p", -1) },
  { name: "zigzag through both", even: from("q", -1), odd: from("p", 0) },
  { name: "zigzag through both from the last", even: from("q", 1), odd: from("p", 0) },
  { name: "ring and even to odd", even: from("r", -1), odd: from("p", 0), ring: true },
];

/** Whether p of one side reaches the other side's inputs. */
export const crosses = ({ even, odd }: Wiring): boolean =>
  (typeof even === "object" && even.port === "q") || (typeof odd === "object" && odd.port === "p");
