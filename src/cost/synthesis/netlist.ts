/** A net's number in yosys' JSON, or a constant. */
export type Bit = number | "0" | "1" | "x" | "z";

export interface NetlistCell {
  readonly name: string;
  readonly type: string;
  /** Bits of each pin; a standard cell's have one. */
  readonly pins: Readonly<Record<string, readonly Bit[]>>;
}

/** One flat module of mapped cells. */
export interface Netlist {
  readonly inputs: Readonly<Record<string, readonly Bit[]>>;
  readonly outputs: Readonly<Record<string, readonly Bit[]>>;
  readonly cells: readonly NetlistCell[];
  /** The name that a net has kept from the source: `sum[3]`. */
  readonly names: ReadonlyMap<Bit, string>;
}

interface YosysModule {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly ports: Readonly<
    Record<string, { readonly direction: string; readonly bits: readonly Bit[] }>
  >;
  readonly cells: Readonly<
    Record<
      string,
      { readonly type: string; readonly connections: Readonly<Record<string, readonly Bit[]>> }
    >
  >;
  readonly netnames: Readonly<
    Record<string, { readonly hide_name: 0 | 1; readonly bits: readonly Bit[] }>
  >;
}

/** The top module of what yosys' `write_json` wrote, its annotations left out. */
export function readNetlist(json: string, top: string): Netlist {
  const { modules } = JSON.parse(json) as { modules: Readonly<Record<string, YosysModule>> };
  const module = modules[top];
  if (!module) throw new Error(`yosys wrote no module ${top}`);
  const ports = (direction: string) =>
    Object.fromEntries(
      Object.entries(module.ports)
        .filter(([, port]) => port.direction === direction)
        .map(([name, { bits }]) => [name, bits]),
    );
  return {
    inputs: ports("input"),
    outputs: ports("output"),
    cells: Object.entries(module.cells)
      .filter(([, { type }]) => type !== "$scopeinfo")
      .map(([name, { type, connections }]) => ({ name, type, pins: connections })),
    names: netNames(module),
  };
}

/** Every net by its shortest name from the source: the highest in the hierarchy. */
function netNames({ netnames }: YosysModule): Map<Bit, string> {
  const names = new Map<Bit, string>();
  for (const [name, { hide_name, bits }] of Object.entries(netnames)) {
    if (hide_name === 1) continue;
    bits.forEach((bit, at) => {
      const full = bits.length > 1 ? `${name}[${at}]` : name;
      if (full.length < (names.get(bit)?.length ?? Number.POSITIVE_INFINITY)) names.set(bit, full);
    });
  }
  return names;
}

/** A module of mapped cells as yosys' `write_json` wrote it, with the modules inside it. */
export interface NetlistModule {
  /** How many cells of each type, those inside instances left out. */
  readonly cells: Readonly<Record<string, number>>;
  readonly instances: readonly { readonly name: string; readonly module: string }[];
}

/** The modules of a design by name; cells of the technology are none. */
export function readModules(json: string): ReadonlyMap<string, NetlistModule> {
  const { modules } = JSON.parse(json) as { modules: Readonly<Record<string, YosysModule>> };
  const own = Object.entries(modules).filter(
    ([, { attributes = {} }]) => !("blackbox" in attributes || "whitebox" in attributes),
  );
  const names = new Set(own.map(([name]) => name));
  return new Map(
    own.map(([name, { cells }]) => {
      const all = Object.entries(cells).map(([cell, { type }]) => ({ name: cell, module: type }));
      const instances = all.filter(({ module }) => names.has(module));
      const mapped = all.filter(({ module }) => !names.has(module) && module !== "$scopeinfo");
      return [name, { cells: countsOf(mapped.map(({ module }) => module)), instances }];
    }),
  );
}

/** How many cells of each type, the most frequent first. */
export const histogram = ({ cells }: Netlist): Record<string, number> =>
  countsOf(cells.map(({ type }) => type));

function countsOf(types: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(
    [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0)),
  );
}
