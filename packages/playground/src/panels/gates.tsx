import type { PathGate } from "../protocol.ts";

/** Each gate of a path with its own share of the delay, in FO4. */
export const gatesOf = (path: readonly PathGate[]) =>
  path.map(({ net, cell, arrival }, at) => ({
    net,
    cell: cell || (at === 0 ? "input" : "setup time"),
    arrival,
    delay: arrival - (path[at - 1]?.arrival ?? 0),
  }));

/** The slowest path, gate by gate: a chain that goes on in the next row, a bar under each gate for its delay. */
export function Gates({ path }: { readonly path: readonly PathGate[] }) {
  const gates = gatesOf(path);
  const slowest = Math.max(...gates.map(({ delay }) => delay));
  return (
    <>
      <h2 class="gates-title">The path, gate by gate</h2>
      <p class="note">
        Under each cell its own delay and when the signal leaves it, in FO4; the longer the bar, the
        slower the gate.
      </p>
      <ol class="gates" aria-label="Gates of the critical path">
        {gates.map(({ net, cell, delay, arrival }, at) => (
          <li key={at}>
            <code>{cell}</code>
            {net !== "" && <code class="net">{net}</code>}
            <span class="note">
              +{delay.toFixed(2)} → {arrival.toFixed(2)}
            </span>
            <i style={{ width: `${(100 * delay) / slowest}%` }} />
          </li>
        ))}
      </ol>
    </>
  );
}
