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
import { type Answer, NativeBackend } from "../native/backend.ts";
import { cached } from "../native/cache.ts";
import { NativeProcess } from "../native/process.ts";
import { runTool, type Tool, toolVersion } from "../native/tool.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import { simulation } from "../simulation.ts";
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
    const process = new NativeProcess("vvp", ["-n", build(module, watched)]);
    return simulation(module, new IcarusBackend(module, watched, process));
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

class IcarusBackend extends NativeBackend {
  readonly #process: NativeProcess;

  constructor(module: ir.ModuleIr, watched: readonly WatchedSignal[], process: NativeProcess) {
    super(module, watched, process);
    this.#process = process;
  }

  protected clock(cycles: number, reset: boolean): void {
    this.#request(`s ${cycles} ${reset ? 1 : 0} ${this.#heldText()}`, 1);
  }

  protected run(stimulus: Columns, cycles: number): Columns {
    const response = Object.fromEntries(
      this.answered.map(({ name, type }) => [name, columnOf(type, cycles)]),
    );
    const digits = this.answered.reduce((sum, { type }) => sum + Math.ceil(type.width / 4) + 1, 1);
    const block = Math.max(1, Math.floor(answerCharacters / digits));
    for (let first = 0; first < cycles; first += block) {
      const count = Math.min(block, cycles - first);
      const records = Array.from({ length: count }, (_, i) =>
        this.inputs
          .map(({ name, type }) => hex(type, BigInt(stimulus[name]?.[first + i] ?? 0)))
          .join(" "),
      );
      const lines = this.#request(`b ${count} ${records.join("\n")}`, count);
      lines.forEach((line, i) => {
        const words = line.split(" ");
        this.answered.forEach(({ name, type }, index) => {
          const column = response[name];
          if (column)
            setElement(column, first + i, fromBits(type, known(name, words[index] ?? "")));
        });
      });
    }
    return response;
  }

  /** Digits are read only for who asks: unknown ones elsewhere do not matter to them. */
  protected evaluate(): ReadonlyMap<string, Answer> {
    const [line = ""] = this.#request(`e 0 ${this.#heldText()}`, 1);
    const words = line.split(" ");
    return new Map(
      this.answered.map(({ name }, index) => [name, () => known(name, words[index] ?? "")]),
    );
  }

  #request(text: string, lines: number): string[] {
    this.#process.write(Buffer.from(`${text}\n`));
    return this.#process.readLines(lines);
  }

  #heldText(): string {
    return this.inputs.map(({ name, type }) => hex(type, this.held.get(name) ?? 0n)).join(" ");
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
