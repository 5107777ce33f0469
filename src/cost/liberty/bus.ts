import type { LibertyGroup } from "./group.ts";

/** A pin of a cell, and the groups that describe it: what the first does not say, the next does. */
export interface Member {
  readonly name: string;
  readonly bus: string | undefined;
  readonly groups: readonly LibertyGroup[];
}

const ranged = /^(.*)\[(\d{1,9}):(\d{1,9})\]$/;

/** A macro's widest bus. */
const widest = 4096;

/** The pins of a group of a cell: of `pin`, `bus` and `bundle`; other groups have none. */
export function membersOf(group: LibertyGroup, library: LibertyGroup): Member[] {
  if (group.kind === "pin") {
    return group.names.flatMap((written) => {
      const bus = ranged.exec(written)?.[1];
      return bitsOf(written, group).map((name) => ({ name, bus, groups: [group] }));
    });
  }
  if (group.kind !== "bus" && group.kind !== "bundle") return [];
  const own = new Map(
    group
      .children("pin")
      .flatMap((pin) => pin.names.flatMap((name) => bitsOf(name, pin)).map((name) => [name, pin])),
  );
  return group.names.flatMap((bus) => {
    const names = group.kind === "bus" ? busBits(bus, group, library) : bundled(group);
    return names.map((name) => {
      const pin = own.get(name);
      return { name, bus, groups: pin ? [pin, group] : [group] };
    });
  });
}

/** `D[1:0]` is `D[1]` and `D[0]`; any other name is one pin's. */
function bitsOf(name: string, group: LibertyGroup): string[] {
  const [, base = "", from = "", to = ""] = ranged.exec(name) ?? [];
  return base === "" ? [name] : range(base, Number(from), Number(to), group);
}

function busBits(bus: string, group: LibertyGroup, library: LibertyGroup): string[] {
  const wanted = group.text("bus_type");
  const type = library.children("type").find(({ names }) => names[0] === wanted);
  const [from, to] = [type?.number("bit_from"), type?.number("bit_to")];
  if (from === undefined || to === undefined) {
    return group.fail(
      `${group.title} has the bus_type ${wanted}, which has no bit_from and bit_to`,
    );
  }
  return range(bus, from, to, group);
}

const bundled = (group: LibertyGroup): readonly string[] =>
  group.attribute("members")?.values.flatMap((list) => list.split(/[\s,]+/).filter(Boolean)) ??
  group.fail(`${group.title} has no members`);

/** The bits of a bus, from the first that it names. */
function range(base: string, from: number, to: number, group: LibertyGroup): string[] {
  const width = Math.abs(from - to) + 1;
  if (!(width <= widest))
    group.fail(`${group.title} is ${width} bits wide; ${widest} are the most`);
  const step = from < to ? 1 : -1;
  return Array.from({ length: width }, (_, at) => `${base}[${from + step * at}]`);
}
