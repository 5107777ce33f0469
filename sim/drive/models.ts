// Describes the kinds of models, and makes those of streams and registers from the bundles of a module.

import { at, checkModule, type ir } from "@chisel-ts/core";
import { listed } from "../signals.ts";
import type { BurstMemory, MemoryModel } from "./memories.ts";

/** The ports of a valid/ready stream, by their flat names. */
export interface StreamPorts {
  readonly valid: string;
  readonly ready: string;
  /** Marks the last beat of a run. */
  readonly last?: string;
  /** What a beat carries, in the order of the packed bytes. */
  readonly data: readonly string[];
}

/** Offers beats to the circuit. */
export interface StreamSource extends StreamPorts {
  readonly kind: "source";
}

/** Accepts beats from the circuit, and checks that a valid one stays as it is until it is accepted. */
export interface StreamSink extends StreamPorts {
  readonly kind: "sink";
}

export const axiLiteInputs = [
  "awvalid",
  "awaddr",
  "wvalid",
  "wdata",
  "bready",
  "arvalid",
  "araddr",
  "rready",
] as const;

export const axiLiteOutputs = [
  "awready",
  "wready",
  "bvalid",
  "bresp",
  "arready",
  "rvalid",
  "rdata",
  "rresp",
] as const;

/** Writes and reads registers over AXI4-Lite with up to 32 bits of data, one access at a time. */
export interface RegisterScript {
  readonly kind: "registers";
  readonly ports: Readonly<
    Record<(typeof axiLiteInputs)[number] | (typeof axiLiteOutputs)[number], string>
  > & {
    readonly wstrb?: string;
  };
}

/**
 * Ends a run: it has done its work in a cycle in which a signal has one of some values, and the run ends in that cycle, before its
 * clock edge, where all other models have done theirs. It drives no port.
 */
export interface Until {
  readonly kind: "until";
  /** An output, or a signal that `watch` lists, of at most 32 bits. */
  readonly signal: string;
  /** As unsigned integers. */
  readonly values: readonly number[];
}

/** Something that drives ports of a circuit in a run: a bus functional model. */
export type Model = StreamSource | StreamSink | RegisterScript | MemoryModel | BurstMemory | Until;

/** Models by their names. */
export type Models = Readonly<Record<string, Model>>;

const namesOf: Readonly<Record<"valid" | "ready" | "last", readonly string[]>> = {
  valid: ["tvalid", "valid"],
  ready: ["tready", "ready"],
  last: ["tlast", "last"],
};

/** The ports below a path such as `weight` or `memory.read`. @throws RangeError when there are none. */
function portsBelow(
  module: ir.ModuleIr,
  path: string,
): { readonly port: ir.PortInfo; readonly key: string }[] {
  checkModule(module, 'streamSource(module, "weight")');
  if (typeof path !== "string")
    throw new RangeError(`${module.name}: a bundle is named by a string`);
  const steps = path.split(".");
  const found = module.portList.flatMap((port) =>
    port.path.length > steps.length && steps.every((step, i) => port.path[i] === step)
      ? [{ port, key: at(port.path, steps.length) }]
      : [],
  );
  if (found.length > 0) return found;
  const bundles = module.portList.flatMap((port) =>
    port.path.length > 1 ? [at(port.path, 0)] : [],
  );
  throw new RangeError(
    `${module.name} has no bundle ${path}; it has ${listed("bundle", new Set(bundles))}`,
  );
}

/** A stream by its path; what is neither valid, ready nor last is data. */
function streamBelow(module: ir.ModuleIr, path: string, valid: "input" | "output"): StreamPorts {
  const ports = portsBelow(module, path);
  const one = (role: keyof typeof namesOf): ir.PortInfo | undefined =>
    ports.find(({ port, key }) => namesOf[role].includes(key) && port.path.at(-1) === key)?.port;
  const [validPort, readyPort, last] = [one("valid"), one("ready"), one("last")];
  if (!validPort || !readyPort)
    throw new RangeError(`${path} of ${module.name} has no valid and ready: it is no stream`);
  if (validPort.direction !== valid) {
    const [is, wanted] =
      valid === "input" ? ["offers beats", "a sink"] : ["takes beats", "a source"];
    throw new RangeError(`${module.name} ${is} on ${path}: it needs ${wanted}`);
  }
  const data = ports.filter(
    ({ port }) => port !== validPort && port !== readyPort && port !== last,
  );
  const wrong = data.find(({ port }) => port.direction !== valid);
  if (wrong)
    throw new RangeError(`${wrong.port.name} of ${module.name} goes against its stream ${path}`);
  return {
    valid: validPort.name,
    ready: readyPort.name,
    data: data.map(({ port }) => port.name),
    ...(last && { last: last.name }),
  };
}

/**
 * A source for a stream that the circuit takes: a bundle with `valid` and `ready`, or `tvalid` and `tready`.
 *
 * @throws RangeError when the circuit has no such stream.
 *
 * @example
 * const words = queue({ type: uint(8), depth: 2 });
 * const dut = engines.wasm.open(words, { models: { from: streamSource(words, "source"), to: streamSink(words, "sink") } });
 * const { models } = dut.run({ from: { beats: Uint8Array.of(1, 2, 3) }, to: { beats: 3 } }, 20);
 * console.log(models.to.beats.join()); // 1,2,3
 */
export const streamSource = (module: ir.ModuleIr, path: string): StreamSource => ({
  kind: "source",
  ...streamBelow(module, path, "input"),
});

/**
 * A sink for a stream that the circuit offers.
 *
 * @throws RangeError when the circuit has no such stream.
 *
 * @example
 * const words = queue({ type: uint(8), depth: 2 });
 * const dut = engines.wasm.open(words, { models: { from: streamSource(words, "source"), to: streamSink(words, "sink") } });
 * const { models } = dut.run({ from: { beats: Uint8Array.of(1, 2, 3) }, to: { beats: 3 } }, 20);
 * console.log(models.to.transfers.length); // 3
 */
export const streamSink = (module: ir.ModuleIr, path: string): StreamSink => ({
  kind: "sink",
  ...streamBelow(module, path, "output"),
});

/**
 * A manager for an AXI4-Lite subordinate: a bundle with the ports that AXI4-Lite names, `wstrb` optional.
 *
 * @throws RangeError when one is missing.
 *
 * @example
 * const core = accelerator({ rows: 2, lanes: 4 });
 * console.log(registerScript(core, "control").kind); // registers
 */
export function registerScript(module: ir.ModuleIr, path: string): RegisterScript {
  const ports = new Map(portsBelow(module, path).map(({ port, key }) => [key, port.name]));
  const lacking = [...axiLiteInputs, ...axiLiteOutputs].find((key) => !ports.has(key));
  if (lacking !== undefined)
    throw new RangeError(
      `${path} of ${module.name} has no ${lacking}: it is no AXI4-Lite subordinate`,
    );
  return {
    kind: "registers",
    ports: Object.fromEntries(ports) as unknown as RegisterScript["ports"],
  };
}
