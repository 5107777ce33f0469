import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Bundle, emitDesign, type HardwareType, type ir, type Module } from "@chisel-ts/core";
import { type Columns, columnBytes, columnFromBytes, elementBytes } from "../column.ts";
import type { Engine, OpenOptions, Simulation } from "../engine.ts";
import { cached } from "../native/cache.ts";
import { NativeProcess } from "../native/process.ts";
import { runTool, type Tool, toolVersion } from "../native/tool.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import { type Backend, simulation } from "../simulation.ts";
import { harness, inputName, outputName, watchedName } from "./harness.ts";

const tool: Tool = {
  program: "verilator",
  versionArgument: "--version",
  least: [5, 6],
  packages: { apt: "verilator", brew: "verilator" },
};

/** Undriven power-up state is 0, as the contract says; warnings do not stop a simulation. */
const flags = [
  ...[
    "--cc",
    "--exe",
    "--build",
    "-O3",
    "--x-assign",
    "0",
    "--x-initial",
    "0",
    "-Wno-fatal",
    "-Wno-lint",
  ],
  ...[
    "--top-module",
    "rf8_dut",
    "--prefix",
    "Vdut",
    "-CFLAGS",
    "-O2 -march=native",
    "-MAKEFLAGS",
    "-s -j2",
  ],
];

/** Builds the emitted Verilog with Verilator and keeps it running as a process. */
export const verilator: Engine = {
  name: "verilator",
  open<P extends Bundle>(module: Module<P>, options: OpenOptions = {}): Simulation<P> {
    const watched = findWatched(module, options.watch ?? []);
    return simulation(module, new VerilatorBackend(module, watched));
  },
};

/** The path of the program for a module, built when this content has not been built before. */
function build(module: ir.ModuleIr, watched: readonly WatchedSignal[]): string {
  const version = toolVersion(tool);
  const { files } = emitDesign(module);
  const top = files.find((file) => file.module === module)?.name.replace(/\.v$/, "") ?? module.name;
  const sources = [
    ...files.map(({ name, text }) => ({ name, text })),
    { name: "rf8_dut.v", text: wrapper(module, top, watched) },
    { name: "main.cpp", text: harness(module, watched) },
  ];
  // -march=native makes the program depend on the processor.
  const parts = [
    version,
    cpus()[0]?.model ?? "",
    ...flags,
    ...sources.flatMap(({ name, text }) => [name, text]),
  ];
  const folder = cached("verilator", parts, (temporary) => {
    for (const { name, text } of sources) writeFileSync(join(temporary, name), text);
    const names = sources.map(({ name }) => name);
    runTool(tool.program, [...flags, "--Mdir", "obj", ...names], temporary);
  });
  return join(folder, "obj", "Vdut");
}

/** A module of fixed names around the design: its C++ class does not depend on the design's names. */
function wrapper(module: ir.ModuleIr, top: string, watched: readonly WatchedSignal[]): string {
  const range = ({ width }: HardwareType): string => (width > 1 ? `[${width - 1}:0] ` : "");
  const ports = { input: 0, output: 0 };
  const named = module.portList.map(({ name, direction, type }) => {
    const own = (direction === "input" ? inputName : outputName)(ports[direction]++);
    return { port: `${direction} wire ${range(type)}${own}`, connection: `.${name}(${own})` };
  });
  const clock = module.clocked ? ["clock", "reset"] : [];
  const declared = [
    ...clock.map((name) => `input wire ${name}`),
    ...named.map(({ port }) => port),
    ...watched.map(({ type }, index) => `output wire ${range(type)}${watchedName(index)}`),
  ];
  const connected = [
    ...clock.map((name) => `.${name}(${name})`),
    ...named.map((item) => item.connection),
  ];
  return [
    `module rf8_dut(${declared.join(", ")});`,
    `  ${top} dut(${connected.join(", ")});`,
    ...watched.map(({ path }, index) => `  assign ${watchedName(index)} = dut.${path.join(".")};`),
    "endmodule\n",
  ].join("\n");
}

/** Bytes of one request at most. */
const blockBytes = 1 << 20;

class VerilatorBackend implements Backend {
  readonly #process: NativeProcess;
  readonly #inputs: readonly ir.PortInfo[];
  readonly #outputs: readonly ir.PortInfo[];
  readonly #watched: readonly WatchedSignal[];
  readonly #held: Map<string, bigint>;
  #answer: Map<string, { readonly type: HardwareType; readonly bits: bigint }> | undefined;

  constructor(module: ir.ModuleIr, watched: readonly WatchedSignal[]) {
    this.#inputs = module.portList.filter((port) => port.direction === "input");
    this.#outputs = module.portList.filter((port) => port.direction === "output");
    this.#watched = watched;
    this.#held = new Map(this.#inputs.map(({ name }) => [name, 0n]));
    this.#process = new NativeProcess(build(module, watched), []);
    this.edges(1, true);
  }

  write(port: string, bits: bigint): void {
    this.#held.set(port, bits);
    this.#answer = undefined;
  }

  read(port: string): bigint {
    return this.peek(port)?.bits ?? 0n;
  }

  peek(name: string): ReturnType<Backend["peek"]> {
    this.#answer ??= this.#evaluate();
    return this.#answer.get(name);
  }

  edges(cycles: number, reset: boolean): void {
    const head = new Uint8Array(6);
    head[0] = "s".charCodeAt(0);
    new DataView(head.buffer).setUint32(1, cycles, true);
    head[5] = reset ? 1 : 0;
    this.#process.write(Buffer.concat([head, this.#heldBytes()]));
    this.#process.read(1);
    this.#answer = undefined;
  }

  batch(stimulus: Columns, cycles: number): Columns {
    const inBytes = this.#inputs.map(({ name, type }) =>
      columnBytes(stimulus[name] ?? [], type.width),
    );
    const inSizes = this.#inputs.map(({ type }) => elementBytes(type.width));
    const outSizes = this.#outputs.map(({ type }) => elementBytes(type.width));
    const results = outSizes.map((size) => new Uint8Array(size * cycles));
    const recordIn = sum(inSizes);
    const recordOut = sum(outSizes);
    const block = Math.max(1, Math.floor(blockBytes / Math.max(recordIn, recordOut, 1)));
    for (let first = 0; first < cycles; first += block) {
      const count = Math.min(block, cycles - first);
      const request = new Uint8Array(5 + recordIn * count);
      request[0] = "b".charCodeAt(0);
      new DataView(request.buffer).setUint32(1, count, true);
      let offset = 5;
      inSizes.forEach((size, index) => {
        interleave(
          inBytes[index] ?? new Uint8Array(),
          first,
          request,
          offset,
          recordIn,
          size,
          count,
        );
        offset += size;
      });
      this.#process.write(request);
      const response = this.#process.read(recordOut * count);
      offset = 0;
      outSizes.forEach((size, index) => {
        deinterleave(
          response,
          offset,
          recordOut,
          results[index] ?? new Uint8Array(),
          first,
          size,
          count,
        );
        offset += size;
      });
    }
    this.#answer = undefined;
    return Object.fromEntries(
      this.#outputs.map(({ name, type }, index) => [
        name,
        columnFromBytes(type, results[index] ?? new Uint8Array()),
      ]),
    );
  }

  close(): void {
    this.#process.close();
  }

  #heldBytes(): Uint8Array {
    return Buffer.concat(
      this.#inputs.map(({ name, type }) =>
        toBytes(this.#held.get(name) ?? 0n, elementBytes(type.width)),
      ),
    );
  }

  #evaluate(): Map<string, { type: HardwareType; bits: bigint }> {
    this.#process.write(Buffer.concat([Buffer.from("e"), this.#heldBytes()]));
    const answered = [...this.#outputs, ...this.#watched];
    const bytes = this.#process.read(sum(answered.map(({ type }) => elementBytes(type.width))));
    const inputs = this.#inputs.map(
      ({ name, type }) => [name, { type, bits: this.#held.get(name) ?? 0n }] as const,
    );
    let offset = 0;
    const outputs = answered.map(({ name, type }) => {
      const size = elementBytes(type.width);
      const bits = fromBytes(bytes.subarray(offset, offset + size));
      offset += size;
      return [name, { type, bits }] as const;
    });
    return new Map([...inputs, ...outputs]);
  }
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

function toBytes(bits: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
}

const fromBytes = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);

function interleave(
  column: Uint8Array,
  first: number,
  records: Uint8Array,
  offset: number,
  record: number,
  size: number,
  count: number,
): void {
  for (let byte = 0; byte < size; byte++) {
    for (let i = 0; i < count; i++)
      records[offset + byte + i * record] = column[(first + i) * size + byte] ?? 0;
  }
}

function deinterleave(
  records: Uint8Array,
  offset: number,
  record: number,
  column: Uint8Array,
  first: number,
  size: number,
  count: number,
): void {
  for (let byte = 0; byte < size; byte++) {
    for (let i = 0; i < count; i++)
      column[(first + i) * size + byte] = records[offset + byte + i * record] ?? 0;
  }
}
