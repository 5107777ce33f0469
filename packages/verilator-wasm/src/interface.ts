/** A port of a model, as the design names it. */
export interface ModelPort {
  readonly name: string;
  readonly direction: "input" | "output";
  /** Bits. */
  readonly width: number;
  /** Whether its elements are sign-extended. */
  readonly signed?: boolean;
}

/** A signal inside a design that a model shows beside its outputs. */
export interface Probe {
  /** Instance names from the top down, then the signal: `["multiplier", "sum"]`. */
  readonly path: readonly string[];
  readonly width: number;
  readonly signed?: boolean;
}

/** What a model shows of a design. */
export interface ModelInterface {
  readonly top: string;
  /** The top module's ports, without clock and reset. */
  readonly ports: readonly ModelPort[];
  /** The clock's port; a design without one is combinational. */
  readonly clock?: string;
  /** The reset's port, active high unless `resetActive` says otherwise. */
  readonly reset?: string;
  readonly resetActive?: "high" | "low";
  readonly probes?: readonly Probe[];
}

/** Bytes of one element of a column: 1, 2, 4, 8, or whole 64-bit words above 64 bits. */
export const elementBytes = (width: number): number =>
  width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * Math.ceil(width / 64);

export const inputsOf = ({ ports }: ModelInterface): readonly ModelPort[] =>
  ports.filter(({ direction }) => direction === "input");

/** What a model answers: outputs, then probes. */
export const answersOf = ({
  ports,
  probes = [],
}: ModelInterface): readonly { readonly width: number; readonly signed?: boolean }[] => [
  ...ports.filter(({ direction }) => direction === "output"),
  ...probes,
];
