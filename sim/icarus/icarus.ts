import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Bundle,
  emitDesign,
  fromBits,
  type HardwareType,
  type ir,
  type Module,
} from "@chisel-ts/core";
import { type Columns, columnOf, setElement } from "../column.ts";
import type { Engine, OpenOptions, Simulation } from "../engine.ts";
import { cached } from "../native/cache.ts";
import { NativeProcess } from "../native/process.ts";
import { runTool, type Tool, toolVersion } from "../native/tool.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import { type Backend, simulation } from "../simulation.ts";
import { testbench } from "./testbench.ts";

const tool: Tool = {
  program: "iverilog",
  versionArgument: "-V",
  least: [11, 0],
  packages: { apt: "iverilog", brew: "icarus-verilog" },
};

/**
 * Runs the emitted Verilog in Icarus, the only engine that knows unknown bits: an output that depends on
 * state which was never set stops the simulation.
 */
export const icarus: Engine = {
  name: "icarus",
  open<P extends Bundle>(module: Module<P>, options: OpenOptions = {}): Simulation<P> {
    const watched = findWatched(module, options.watch ?? []);
    return simulation(module, new IcarusBackend(module, watched));
  },
};

function build(module: ir.ModuleIr, watched: readonly WatchedSignal[]): string {
  const version = toolVersion(tool);
  const { files } = emitDesign(module);
  const top = files.find((file) => file.module === module)?.name.replace(/\.v$/, "") ?? module.name;
  const bench = testbench(module, top, watched);
  const parts = [version, bench, ...files.flatMap(({ name, text }) => [name, text])];
  const folder = cached("icarus", parts, (temporary) => {
    const sources = [...files, { name: "testbench.v", text: bench }];
    for (const { name, text } of sources) writeFileSync(join(temporary, name), text);
    const names = sources.map(({ name }) => name);
    runTool(tool.program, ["-g2005", "-s", "rf8_testbench", "-o", "dut.vvp", ...names], temporary);
  });
  return join(folder, "dut.vvp");
}

/** Characters of one answer at most: less than a pipe holds, so that neither side waits for the other. */
const answerCharacters = 4096;

class IcarusBackend implements Backend {
  readonly #process: NativeProcess;
  readonly #inputs: readonly ir.PortInfo[];
  readonly #outputs: readonly ir.PortInfo[];
  readonly #watched: readonly WatchedSignal[];
  readonly #held: Map<string, bigint>;
  /** Digits as Icarus printed them: unknown ones matter only to who asks for that signal. */
  #answer: Map<string, { readonly type: HardwareType; readonly digits: string }> | undefined;

  constructor(module: ir.ModuleIr, watched: readonly WatchedSignal[]) {
    this.#inputs = module.portList.filter((port) => port.direction === "input");
    this.#outputs = module.portList.filter((port) => port.direction === "output");
    this.#watched = watched;
    this.#held = new Map(this.#inputs.map(({ name }) => [name, 0n]));
    this.#process = new NativeProcess("vvp", ["-n", build(module, watched)]);
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
    const signal = this.#answer.get(name);
    return signal && { type: signal.type, bits: known(name, signal.digits) };
  }

  edges(cycles: number, reset: boolean): void {
    this.#request(`s ${cycles} ${reset ? 1 : 0} ${this.#heldText()}`, 1);
    this.#answer = undefined;
  }

  batch(stimulus: Columns, cycles: number): Columns {
    const response = Object.fromEntries(
      this.#outputs.map(({ name, type }) => [name, columnOf(type, cycles)]),
    );
    const digits = this.#outputs.reduce((sum, { type }) => sum + Math.ceil(type.width / 4) + 1, 1);
    const block = Math.max(1, Math.floor(answerCharacters / digits));
    for (let first = 0; first < cycles; first += block) {
      const count = Math.min(block, cycles - first);
      const records = Array.from({ length: count }, (_, i) =>
        this.#inputs
          .map(({ name, type }) => hex(type, BigInt(stimulus[name]?.[first + i] ?? 0)))
          .join(" "),
      );
      const lines = this.#request(`b ${count} ${records.join("\n")}`, count);
      lines.forEach((line, i) => {
        const words = line.split(" ");
        this.#outputs.forEach(({ name, type }, index) => {
          const column = response[name];
          if (column)
            setElement(column, first + i, fromBits(type, known(name, words[index] ?? "")));
        });
      });
    }
    this.#answer = undefined;
    return response;
  }

  close(): void {
    this.#process.close();
  }

  #request(text: string, lines: number): string[] {
    this.#process.write(Buffer.from(`${text}\n`));
    return this.#process.readLines(lines);
  }

  #heldText(): string {
    return this.#inputs.map(({ name, type }) => hex(type, this.#held.get(name) ?? 0n)).join(" ");
  }

  #evaluate(): Map<string, { type: HardwareType; digits: string }> {
    const [line = ""] = this.#request(`e 0 ${this.#heldText()}`, 1);
    const words = line.split(" ");
    const outputs = [...this.#outputs, ...this.#watched].map(
      ({ name, type }, index) => [name, { type, digits: words[index] ?? "" }] as const,
    );
    const inputs = this.#inputs.map(
      ({ name, type }) => [name, { type, digits: hex(type, this.#held.get(name) ?? 0n) }] as const,
    );
    return new Map([...inputs, ...outputs]);
  }
}

const hex = ({ width }: HardwareType, value: bigint): string =>
  BigInt.asUintN(width, value).toString(16);

function known(name: string, digits: string): bigint {
  if (!/^[0-9a-f]+$/.test(digits)) {
    throw new Error(
      `${name} has unknown bits (${digits}): it depends on a register without reset or a memory word that was never set`,
    );
  }
  return BigInt(`0x${digits}`);
}
