import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import {
  defaultMemory,
  defaultNode,
  type Energies,
  type EstimateFormat,
  type Machine,
  type MemoryEnergies,
  memories,
  memoryOfJson,
  type NodeEnergies,
  nodeOfJson,
  nodes,
  untracedMemories,
} from "../../accelerator/estimate/index.ts";
import { type AcceleratorFlags, acceleratorOf, memoryOf } from "../accelerator-options.ts";
import { UsageError } from "../errors.ts";

/** A memory outside the chip, and how many of its channels there are where that decides the bandwidth. */
export interface ChosenMemory {
  readonly memory: MemoryEnergies;
  readonly channels?: number;
}

export interface MachineFlags extends AcceleratorFlags {
  readonly memory?: ChosenMemory;
  readonly node?: NodeEnergies;
  readonly wires?: number;
}

/** A published entry of that name, or what a user's JSON file says. */
function entry<T>(
  flag: string,
  text: string,
  known: Readonly<Record<string, T>>,
  ofJson: (value: unknown) => T,
): T {
  const published = Object.hasOwn(known, text) ? known[text] : undefined;
  if (published) return published;
  if (!text.endsWith(".json"))
    throw new InvalidArgumentError(
      `${text} is none of ${Object.keys(known).join(", ")}, which are published with a source; give a JSON file of your own.`,
    );
  try {
    return ofJson(JSON.parse(readFileSync(text, "utf8")));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    throw new UsageError(`${flag} ${text}: ${error.message}`);
  }
}

export const parseNode = (text: string): NodeEnergies => entry("--node", text, nodes, nodeOfJson);

/** `lpddr5`, or with channels `lpddr5:4`. */
export function parseMemory(text: string): ChosenMemory {
  const [, name = text, channels] = /^(.*):(\d{1,4})$/.exec(text) ?? [];
  if (untracedMemories.some((untraced) => untraced === name.toLowerCase()))
    throw new InvalidArgumentError(
      `no energy of ${name} could be traced to a publication; there are ${Object.keys(memories).join(", ")}, or give a JSON file of your own with name, pj_per_bit, gb_per_s, source and includes.`,
    );
  const memory = entry("--memory", name, memories, memoryOfJson);
  if (channels === undefined) return { memory };
  if (Number(channels) === 0) throw new InvalidArgumentError("a memory has one channel at least.");
  if (memory.gb_per_s === null)
    throw new InvalidArgumentError(`${name} has no bandwidth of a channel; use --bandwidth.`);
  return { memory, channels: Number(channels) };
}

/** @throws UsageError for a bandwidth that is given twice. */
export function machineOf(
  flags: MachineFlags,
  format: EstimateFormat,
): Machine & { readonly energies: Energies } {
  const { memory: chosen, node = nodes[defaultNode] } = flags;
  const memory = chosen?.memory ?? memories[defaultMemory];
  if (!node || !memory) throw new Error("the default energies are not in their table");
  const given = memoryOf(flags);
  const inside = given ?? { bandwidth: flags.lanes * flags.rows, latency: 0 };
  const base = {
    accelerator: acceleratorOf(flags),
    clock_mhz: flags.clock,
    format,
    energies: { node, memory, ...(flags.wires !== undefined && { wireMm: flags.wires }) },
  };
  if (chosen?.channels === undefined) return { ...base, memory: inside };
  if (flags.bandwidth !== undefined)
    throw new UsageError(
      `--bandwidth does not go with --memory ${memory.name} and its channels, which have one; leave the channels out`,
    );
  const bandwidth = ((memory.gb_per_s ?? 0) * chosen.channels * 1e3) / flags.clock;
  return { ...base, memory: { bandwidth, latency: inside.latency } };
}
