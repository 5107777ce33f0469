import type { GateCircuit } from "../gates/circuit.ts";
import type { GateDelays } from "../gates/timed.ts";
import type { Edges } from "../liberty/pin.ts";
import type { Bit, Netlist } from "../synthesis/netlist.ts";
import { causes, drive, edges, isClocked, isCombinational } from "../timing/arc.ts";
import type { NetTiming } from "../timing/propagate.ts";

const noSlew = { rise: 0, fall: 0 };

/** Steps of a delay in the library's unit of time. */
export const delaySteps = 1000;

/**
 * The delays of every net's edges by the library's tables, at the transitions and loads of static timing: a gate's by the slowest of
 * its inputs, a flip-flop's after its clock, an input's through the inverter that drives it.
 */
export function delaysOf(
  { inputs }: Netlist,
  { instances, values, valueAt, clock }: GateCircuit,
  nets: ReadonlyMap<Bit, NetTiming>,
  loads: ReadonlyMap<Bit, Edges<number>>,
): GateDelays {
  const delays = { rise: new Float64Array(values), fall: new Float64Array(values) };
  const steps = (time: number): number => Math.max(0, Math.round(time * delaySteps));
  for (const net of Object.values(inputs).flat()) {
    const value = valueAt.get(net);
    if (value === undefined) continue;
    for (const edge of edges)
      delays[edge][value] = steps(nets.get(net)?.arrivals.input[edge]?.time ?? 0);
  }
  for (const { pins, netAt } of instances) {
    for (const { pin, net } of pins) {
      const value = valueAt.get(net);
      if (pin.direction !== "output" || value === undefined) continue;
      for (const edge of edges) {
        const found = pin.timing.flatMap((arc) => {
          if (!isCombinational(arc) && !isClocked(arc)) return [];
          const from = netAt.get(arc.relatedPin) ?? "0";
          const related =
            arc.relatedOutput === undefined
              ? 0
              : (loads.get(netAt.get(arc.relatedOutput) ?? "x")?.[edge] ?? 0);
          const slews = isClocked(arc)
            ? [0]
            : causes(arc, edge).map((cause) =>
                clock.has(from) ? 0 : (nets.get(from)?.slew ?? noSlew)[cause],
              );
          return slews.flatMap(
            (slew) =>
              drive(arc, edge, { slew, load: loads.get(net)?.[edge] ?? 0, related })?.delay ?? [],
          );
        });
        delays[edge][value] = steps(Math.max(0, ...found));
      }
    }
  }
  return delays;
}
