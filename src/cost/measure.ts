import { CostError } from "./error.ts";
import type { Library } from "./liberty/library.ts";
import type { References } from "./liberty/references.ts";
import type { CellResult, CriticalPath, Delay } from "./result.ts";
import { histogram, type Netlist } from "./synthesis/netlist.ts";
import { analyseTiming, type Path } from "./timing/analyse.ts";

type Measured = Omit<
  CellResult,
  "tech" | "tool" | "options" | "library" | "conditions" | "memory_bits"
>;

/**
 * Area and timing of a netlist of standard cells.
 *
 * @param physical whether the library's µm² and picoseconds mean anything.
 */
export function measure(
  netlist: Netlist,
  library: Library,
  references: References,
  physical: boolean,
): Measured {
  const area = areaOf(netlist, library);
  const { paths, overloadedNets } = analyseTiming(netlist, library, references);
  const all = Object.values(paths);
  const slowest = all.reduce<Path | undefined>(
    (a, b) => (a && a.delayPs >= b.delayPs ? a : b),
    undefined,
  );
  const delay = (ps: number): Delay => ({
    delay_fo4: rounded(ps / references.fo4Ps),
    delay_ps: physical ? rounded(ps) : null,
  });
  const period = paths.register_to_register?.delayPs;
  const total = area.combinational + area.sequential;
  const ge = (value: number): number => rounded(value / references.gateEquivalent);
  return {
    area_ge: ge(total),
    area_um2: physical ? rounded(total) : null,
    combinational_ge: ge(area.combinational),
    sequential_ge: ge(area.sequential),
    sequential_share: total === 0 ? 0 : rounded(area.sequential / total),
    ...delay(slowest?.delayPs ?? 0),
    max_clock_mhz: physical && period !== undefined ? rounded(1e6 / period) : null,
    paths: Object.fromEntries(
      all.map(({ group, from, to, delayPs }) => [group, { from, to, ...delay(delayPs) }]),
    ),
    critical_path: slowest ? critical(slowest, delay) : null,
    overloaded_nets: overloadedNets,
    cells: histogram(netlist),
  };
}

function critical(path: Path, delay: (ps: number) => Delay): CriticalPath {
  const { group, from, to, delayPs, points } = path;
  return {
    group,
    from,
    to,
    ...delay(delayPs),
    points: points.map(({ net, cell, edge, arrivalPs }) => {
      const { delay_fo4, delay_ps } = delay(arrivalPs);
      return { net, cell, edge, arrival_fo4: delay_fo4, arrival_ps: delay_ps };
    }),
  };
}

function areaOf({ cells }: Netlist, library: Library) {
  let [combinational, sequential] = [0, 0];
  for (const { type } of cells) {
    const { area, sequential: holdsState } = library.cells.get(type) ?? {};
    if (area === undefined) throw new CostError(`${library.file}: the cell ${type} has no area`);
    if (holdsState) sequential += area;
    else combinational += area;
  }
  return { combinational, sequential };
}

/** Sums of decimal areas end in noise; ten digits are exact for all that a library says. */
const rounded = (value: number): number => Number(value.toPrecision(10));
