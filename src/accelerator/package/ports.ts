import type { Module } from "@chisel-ts/core";

/** A port of the module that is handed over. */
export interface TopPort {
  readonly direction: "input" | "output";
  readonly name: string;
  /** Bits. */
  readonly width: number;
}

/** How the ports of a core are called: as the circuit has them, or as packagers of AXI cores expect. */
export const portStyles = ["plain", "axi"] as const;
export type PortStyle = (typeof portStyles)[number];

/** The ports of a circuit as it is, with its clock and reset. */
export const plainPorts = (top: Module): TopPort[] => [
  ...(top.clocked ? ["clock", "reset"] : []).map(
    (name): TopPort => ({ direction: "input", name, width: 1 }),
  ),
  ...top.portList.map(
    ({ direction, name, type }): TopPort => ({ direction, name, width: type.width }),
  ),
];

/** Whether a circuit has AXI4-Streams. */
export const hasStreams = (top: Module): boolean =>
  top.portList.some(({ path }) => path.at(-1) === "tvalid");
