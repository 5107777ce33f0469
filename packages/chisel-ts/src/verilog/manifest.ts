import type { Memory, ModuleIr, Table } from "../ir.ts";
import type { Location } from "../location.ts";
import { type HardwareType, typeName } from "../types.ts";
import { identify } from "./identifiers.ts";

/** What the files of a design hold, as plain JSON; every `source` is a TypeScript line. */
export interface Manifest {
  readonly top: string;
  readonly modules: readonly ModuleManifest[];
  /** Modules that are placed and written elsewhere, where there are any. */
  readonly black_boxes?: readonly BlackBoxManifest[];
}

export interface BlackBoxManifest {
  readonly name: string;
  /** The file of its Verilog, where that was given. */
  readonly file: string | null;
  readonly description: string | null;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly source: string;
}

export const blackBoxManifest = (box: ModuleIr): BlackBoxManifest => ({
  name: box.name,
  file: box.external?.verilog === undefined ? null : `${box.name}.v`,
  description: box.description ?? null,
  parameters: box.parameters,
  source: `${box.location}`,
});

export interface ModuleManifest {
  readonly name: string;
  readonly file: string;
  readonly description: string | null;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly latency_cycles: number | null;
  readonly clocked: boolean;
  readonly source: string;
  readonly ports: readonly PortManifest[];
  readonly signals: readonly SignalManifest[];
  readonly instances: readonly { readonly name: string; readonly module: string }[];
}

export interface PortManifest {
  /** The path in the bundle joined with dots. */
  readonly name: string;
  readonly direction: "input" | "output";
  readonly width: number;
  readonly type: string;
  readonly description: string | null;
  readonly verilog: string;
  readonly source: string;
}

export interface SignalManifest {
  readonly name: string;
  readonly kind: "wire" | "register" | "memory" | "table" | "memory_read" | "named";
  readonly width: number;
  /** `UInt 8`, `SInt 40`, `Bool`; for a memory or a table `16 words of 8 bits`. */
  readonly type: string;
  readonly verilog: string;
  readonly source: string;
}

/** @param nameOf the Verilog name of a module. */
export function moduleManifest(
  ir: ModuleIr,
  file: string,
  nameOf: (module: ModuleIr) => string,
): ModuleManifest {
  const places = new Map(
    [...ir.inputs, ...ir.outputs].map(({ name, location }) => [name, location]),
  );
  return {
    name: nameOf(ir),
    file,
    description: ir.description ?? null,
    parameters: ir.parameters,
    latency_cycles: ir.latency ?? null,
    clocked: ir.clocked,
    source: `${ir.location}`,
    ports: ir.portList.map(({ name, path, direction, type, description }) => ({
      name: path.join("."),
      direction,
      width: type.width,
      type: typeName(type),
      description: description ?? null,
      verilog: name,
      source: `${places.get(name) ?? ir.location}`,
    })),
    signals: signals(ir),
    instances: ir.instances.map(({ name, module }) => ({ name, module: nameOf(module) })),
  };
}

function signals(ir: ModuleIr): SignalManifest[] {
  const outputs = new Set(ir.outputs);
  const words =
    (kind: "memory" | "table") =>
    ({ name, width, depth, location }: Memory | Table): SignalManifest => ({
      name,
      kind,
      width,
      type: `${depth} words of ${width} bits`,
      verilog: name,
      source: `${location}`,
    });
  const exact =
    (kind: SignalManifest["kind"]) =>
    (item: { name: string; type: HardwareType; location: Location }): SignalManifest => ({
      name: item.name,
      kind,
      width: item.type.width,
      type: typeName(item.type),
      verilog: item.name,
      source: `${item.location}`,
    });
  return [
    ...[...ir.drivers.keys()].filter((wire) => !outputs.has(wire)).map(exact("wire")),
    ...[...ir.registers.keys()].map(exact("register")),
    ...ir.memories.map(words("memory")),
    ...ir.tables.map(words("table")),
    ...ir.reads.map(({ node }) => exact("memory_read")(node)),
    ...identify(ir).requested.map(({ name, type, node, verilog }) => ({
      ...exact("named")({ name, type, location: node.location }),
      verilog,
    })),
  ];
}
