import type { ModuleIr } from "../ir.ts";
import { resetPortOf } from "../reset.ts";
import { columns, comment, commentRow, indent, range } from "./text.ts";

/** The comment that opens a file: name, description, parameters and latency. */
export function header(ir: ModuleIr, name: string): string[] {
  const { description, parameters, latency } = ir;
  const rows = Object.entries(parameters).map(([key, value]) => [`${key} `, `= ${value}`]);
  const cycles = latency === 1 ? "1 cycle" : `${latency} cycles`;
  return [
    comment(description === undefined ? name : `${name}: ${description}`),
    ...columns(rows).map((row) => commentRow(`  ${row}`)),
    ...(latency === undefined ? [] : [comment(`Latency: ${cycles}.`)]),
  ];
}

/** `module NAME (…);` with one port a line. */
export function moduleHead(ir: ModuleIr, name: string): string[] {
  const clock = { direction: "input", width: 1, name: "clock", note: "rising edge" };
  const port = resetPortOf(ir);
  const note = `${ir.reset.kind}, active ${ir.reset.active}`;
  const implicit = [
    ...(ir.clocked ? [clock] : []),
    ...(port === undefined ? [] : [{ direction: "input", width: 1, name: port, note }]),
  ];
  const explicit = ir.portList.map(({ direction, type, name, description = "" }) => ({
    direction,
    width: type.width,
    name,
    note: [
      ...(type.kind === "sint" ? ["SInt"] : []),
      ...(description === "" ? [] : [description]),
    ].join(": "),
  }));
  const ports = [...implicit, ...explicit];
  const rows = ports.map(({ direction, width, name: port, note }, i) => [
    `${direction} `,
    "wire ",
    range(width),
    `${port}${i === ports.length - 1 ? "" : ","}`,
    note === "" ? "" : `  ${comment(note)}`,
  ]);
  return ports.length === 0
    ? [`module ${name};`]
    : [`module ${name} (`, ...indent(columns(rows)), ");"];
}
