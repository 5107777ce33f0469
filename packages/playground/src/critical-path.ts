import type { Net, PathGate, Schematic } from "./protocol.ts";

/** The ends of a module's slowest path, as nets of it: `weight[4]`, `accumulator.acc[3]`. */
export interface PathEnds {
  readonly module: string;
  readonly from: string;
  readonly to: string;
  /** In FO4. */
  readonly delay: number;
  readonly gates: readonly PathGate[];
}

/** Boxes and wires of a schematic. */
export interface Marked {
  readonly boxes: ReadonlySet<string>;
  readonly nets: ReadonlySet<Net>;
}

/**
 * What lies between the two ends of a path: boxes and wires that the first end reaches and that reach the last, without
 * passing a register or a memory. The gates between have no names after mapping, so nothing narrower is known of where they are.
 */
export function between({ boxes, nets }: Schematic, { from, to }: PathEnds): Marked {
  const holds = new Set(
    boxes.filter(({ kind }) => kind === "register" || kind === "memory").map(({ id }) => id),
  );
  /** The boxes of a net: an instance's insides are the instance here. */
  const boxesOf = (net: string, kinds: readonly string[]): string[] => {
    const [first = "", ...inside] = net.replace(/\[\d+\]$/, "").split(".");
    return boxes
      .filter(({ id, label, kind }) =>
        inside.length > 0 ? id === `i-${first}` : label === first && kinds.includes(kind),
      )
      .map(({ id }) => id);
  };
  const reached = (
    starts: readonly string[],
    out: (net: Net) => string,
    into: (net: Net) => string,
  ) => {
    const found = new Set<Net>();
    const seen = new Set(starts);
    for (const box of seen) {
      for (const net of nets) {
        if (out(net) !== box) continue;
        found.add(net);
        if (!holds.has(into(net))) seen.add(into(net));
      }
    }
    return found;
  };
  const ends = {
    first: boxesOf(from, ["input", "register", "memory"]),
    last: boxesOf(to, ["output", "register", "memory"]),
  };
  const forward = reached(
    ends.first,
    (net) => net.from,
    (net) => net.to,
  );
  const backward = reached(
    ends.last,
    (net) => net.to,
    (net) => net.from,
  );
  const marked = new Set([...forward].filter((net) => backward.has(net)));
  return {
    nets: marked,
    boxes: new Set([
      ...[...marked].flatMap((net) => [net.from, net.to]),
      ...[...ends.first, ...ends.last],
    ]),
  };
}
