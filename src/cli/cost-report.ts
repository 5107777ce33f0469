import type { CellResult, FpgaResult, Placement } from "../cost/index.ts";
import { count, type TableColumn, table } from "./output.ts";

const number = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Labels and figures, without headings. */
function figures(rows: readonly (readonly [string, string])[]): string {
  const columns: TableColumn<readonly [string, string]>[] = [
    { heading: "", value: ([label]) => label },
    { heading: "", align: "right", value: ([, value]) => value },
  ];
  return table(columns, rows).replace(/^\n/, "");
}

const cellTable = (cells: CellResult["cells"]): string =>
  table(
    [
      { heading: "cell", value: ([type]) => type },
      { heading: "count", align: "right", value: ([, value]) => count(value) },
    ],
    Object.entries(cells),
  );

/** Area, paths and cells of a circuit in standard cells, and where the figures come from. */
export function cellReport(result: CellResult): string {
  const physical = result.tech === "liberty";
  const ps = <Row>(value: (row: Row) => number | null): TableColumn<Row>[] =>
    physical ? [{ heading: "ps", align: "right", value: (row) => number(value(row) ?? 0, 0) }] : [];
  const clock = result.max_clock_mhz;
  const summary = figures([
    ["area", `${number(result.area_ge, 1)} GE`],
    ...(result.area_um2 === null ? [] : [["", `${number(result.area_um2, 1)} µm²`] as const]),
    ["in flip-flops", `${number(100 * result.sequential_share, 1)} %`],
    ...(result.memory_bits
      ? [["memories as flip-flops", `${count(result.memory_bits)} bits`] as const]
      : []),
    ["longest path", `${number(result.delay_fo4, 1)} FO4`],
    ...(result.delay_ps === null ? [] : [["", `${number(result.delay_ps, 0)} ps`] as const]),
    ...(clock === null ? [] : [["register to register", `${number(clock, 1)} MHz`] as const]),
    ...(result.overloaded_nets === 0
      ? []
      : [["nets over their cell's largest load", count(result.overloaded_nets)] as const]),
  ]);
  const paths = table(
    [
      { heading: "path", value: ([group]) => group.replaceAll("_", " ") },
      { heading: "from", value: ([, row]) => row.from },
      { heading: "to", value: ([, row]) => row.to },
      { heading: "FO4", align: "right", value: ([, row]) => number(row.delay_fo4, 1) },
      ...ps<Entry>(([, row]) => row.delay_ps),
    ] satisfies TableColumn<Entry>[],
    Object.entries(result.paths),
  );
  const points = table(
    [
      { heading: "critical path", value: (row) => row.cell ?? "" },
      { heading: "edge", value: (row) => row.edge },
      { heading: "FO4", align: "right", value: (row) => number(row.arrival_fo4, 1) },
      ...ps<Point>((row) => row.arrival_ps),
      { heading: "net", value: (row) => row.net ?? "" },
    ] satisfies TableColumn<Point>[],
    result.critical_path?.points ?? [],
  );
  return [summary, paths, points, cellTable(result.cells), provenance(result)].join("\n\n");
}

type Entry = [string, NonNullable<CellResult["paths"]["input_to_output"]>];
type Point = NonNullable<CellResult["critical_path"]>["points"][number];

function provenance({ library, conditions, options, tool }: CellResult): string {
  const { file, name, corner, voltage_v, temperature_c } = library;
  const place = [
    name,
    ...(corner === null ? [] : [corner]),
    ...(voltage_v === null ? [] : [`${voltage_v} V`]),
    ...(temperature_c === null ? [] : [`${temperature_c} °C`]),
  ];
  const source =
    file === null
      ? "generic technology by logical effort, no foundry's"
      : `${file}: ${place.join(", ")}`;
  return [
    `library     ${source}`,
    `conditions  inputs driven by ${conditions.driving_cell}, outputs loaded with ${conditions.output_load} of its inputs, wires: ${conditions.wires}, clock: ${conditions.clock}`,
    `mapping     goal ${options.goal}${options.booth ? ", Booth multipliers" : ""}, ${tool}`,
  ].join("\n");
}

/** What a circuit takes of an FPGA. */
export function fpgaReport(result: FpgaResult): string {
  const { tech, tool, options, place_and_route, cells, ...resources } = result;
  const { luts, flip_flops, carries, wide_muxes, dsps, block_rams, distributed_rams } = resources;
  const rows = { luts, flip_flops, carries, wide_muxes, dsps, block_rams, distributed_rams };
  return [
    figures(Object.entries(rows).map(([name, value]) => [name.replaceAll("_", " "), count(value)])),
    cellTable(cells),
    `${tech} before place and route, DSP blocks ${options.dsp ? "used" : "not used"}, ${tool}`,
    ...(place_and_route === null ? [] : [placementReport(place_and_route)]),
  ].join("\n\n");
}

function placementReport(placement: Placement): string {
  if ("not_done" in placement) return `not placed: ${placement.not_done}`;
  const { tool, device, max_clock_mhz, delay_ns, logic_cells } = placement;
  const rows = figures([
    ["logic cells", count(logic_cells)],
    ["longest path", `${number(delay_ns, 1)} ns`],
    ...(max_clock_mhz === null
      ? []
      : [["register to register", `${number(max_clock_mhz, 1)} MHz`] as const]),
  ]);
  return `${rows}\n\nplaced and routed on ${device}, seed 1, ${tool}`;
}
