import type { LibertyAttribute, LibertyGroup } from "./group.ts";
import type { Library } from "./library.ts";

/** What technology mapping reads; the rest, such as power, is most of a file. */
const kept: Readonly<Record<string, RegExp>> = {
  cell: /^(pin|bus|bundle|ff)$/,
  bus: /^pin$/,
  bundle: /^pin$/,
  pin: /^timing$/,
  timing: /^(cell_rise|cell_fall|(rise|fall)_(transition|constraint))$/,
};

/** Attributes of a library that name groups which are not written, or none. */
const dangling = /^define|^default_operating_conditions$/;

/** abc buffers and sizes with the wires that a library estimates, although timing has none. */
const wires = /^wire_load(_selection)?$/;

/**
 * A library for yosys and abc: one text of plain syntax, whatever the files' own, with the cells that may be
 * used. Where files use one name for different templates, each has its own.
 */
export function mappingLiberty({ groups, cells }: Library): string {
  const lines: string[] = [];
  const [first] = groups;
  lines.push(`library (${quoted(first?.names[0] ?? "")}) {`);
  for (const attribute of first?.attributes ?? []) {
    if (!dangling.test(attribute.name)) lines.push(written(attribute));
  }
  for (const group of first?.groups ?? []) if (wires.test(group.kind)) write(group, lines);
  for (const type of groups.flatMap((group) => group.children("type"))) write(type, lines);
  groups.forEach((group, at) => {
    const renamed = (name: string): string =>
      at === 0 || name === "scalar" ? name : `${name}__${at}`;
    for (const template of group.children("lu_table_template")) write(template, lines, renamed);
    for (const cell of group.children("cell")) {
      const { reserved = true, transparent = true } = cells.get(cell.names.at(0) ?? "") ?? {};
      if (!reserved && !transparent) write(cell, lines, renamed);
    }
  });
  lines.push("}", "");
  return lines.join("\n");
}

function write(
  group: LibertyGroup,
  lines: string[],
  renamed: (template: string) => string = (name) => name,
): void {
  const { kind, names, attributes, groups } = group;
  const isTable = kept.timing?.test(kind) || kind === "lu_table_template";
  // Several pins of one group become groups of their own, which not every reader does itself.
  const heads = kind === "pin" ? names : [names.map(isTable ? renamed : String).join(", ")];
  for (const head of heads) {
    lines.push(`${kind} (${names.length > 0 ? head.split(", ").map(quoted).join(", ") : ""}) {`);
    for (const attribute of attributes) lines.push(written(attribute));
    for (const inner of groups) if (kept[kind]?.test(inner.kind)) write(inner, lines, renamed);
    lines.push("}");
  }
}

function written({ name, values, complex }: LibertyAttribute): string {
  if (!complex) return `${name} : ${values.map(quoted).join(" ")};`;
  // Tables and their axes in quotes, as every reader knows them, whether the file has them or not.
  const list = /^(values|index_\d)$/.test(name)
    ? values.map((row) => `"${row}"`)
    : values.map(quoted);
  return `${name} (${list.join(", ")});`;
}

/** Names and numbers stand as they are; a string's own escapes are kept. */
const quoted = (text: string): string =>
  /^([A-Za-z_]\w*|[+-]?\d+(\.\d+)?)$/.test(text) ? text : `"${text}"`;
