import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Bundle, emitDesign, type HardwareType, type ir, type Module } from "@chisel-ts/core";
import { type Columns, columnBytes, columnOn, elementBytes } from "../column.ts";
import type { Engine, OpenOptions, Simulation } from "../engine.ts";
import { type Answer, NativeBackend } from "../native/backend.ts";
import { cached } from "../native/cache.ts";
import { NativeProcess } from "../native/process.ts";
import { runTool, type Tool, toolVersion } from "../native/tool.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import { simulation } from "../simulation.ts";
import { harness, inputName, outputName, watchedName } from "./harness.ts";
import { fromBytes, pack, recordBytes, toBytes, unpack } from "./records.ts";

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
    const process = new NativeProcess(build(module, watched), []);
    return simulation(module, new VerilatorBackend(module, watched, process));
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

const sizesOf = (ports: readonly { readonly type: HardwareType }[]): number[] =>
  ports.map(({ type }) => elementBytes(type.width));

class VerilatorBackend extends NativeBackend {
  protected clock(cycles: number, reset: boolean): void {
    const head = new Uint8Array(6);
    head[0] = "s".charCodeAt(0);
    new DataView(head.buffer).setUint32(1, cycles, true);
    head[5] = reset ? 1 : 0;
    this.process.write(Buffer.concat([head, this.#heldBytes()]));
    this.process.read(1);
  }

  protected run(stimulus: Columns, cycles: number): Columns {
    const columns = this.inputs.map(({ name, type }) =>
      columnBytes(stimulus[name] ?? [], type.width),
    );
    const [inSizes, outSizes] = [sizesOf(this.inputs), sizesOf(this.answered)];
    const [recordIn, recordOut] = [recordBytes(inSizes), recordBytes(outSizes)];
    const results = outSizes.map((size) => new Uint8Array(size * cycles));
    const block = Math.max(1, Math.floor(blockBytes / Math.max(recordIn, recordOut, 1)));
    for (let first = 0; first < cycles; first += block) {
      const count = Math.min(block, cycles - first);
      const request = new Uint8Array(5 + recordIn * count);
      request[0] = "b".charCodeAt(0);
      new DataView(request.buffer).setUint32(1, count, true);
      pack(columns, inSizes, { first, count, offset: 5 }, request);
      this.process.write(request);
      unpack(this.process.read(recordOut * count), outSizes, { first, count, offset: 0 }, results);
    }
    return Object.fromEntries(
      this.answered.map(({ name, type }, index) => [
        name,
        columnOn(type, results[index]?.buffer ?? new ArrayBuffer()),
      ]),
    );
  }

  protected evaluate(): ReadonlyMap<string, Answer> {
    this.process.write(Buffer.concat([Buffer.from("e"), this.#heldBytes()]));
    const sizes = sizesOf(this.answered);
    const bytes = this.process.read(recordBytes(sizes));
    let end = 0;
    return new Map(
      this.answered.map(({ name, type }, index) => {
        const start = end;
        end += sizes[index] ?? 0;
        const bits = BigInt.asUintN(type.width, fromBytes(bytes.subarray(start, end)));
        return [name, () => bits];
      }),
    );
  }

  #heldBytes(): Uint8Array {
    return Buffer.concat(
      this.inputs.map(({ name, type }) =>
        toBytes(this.held.get(name) ?? 0n, elementBytes(type.width)),
      ),
    );
  }
}
