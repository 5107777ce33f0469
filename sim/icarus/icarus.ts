// The engine `icarus`: compiles design and testbench and drives them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  at,
  type Bundle,
  emitDesign,
  fromBits,
  type HardwareType,
  type ir,
  type Module,
  textsByName,
  uint,
} from "@chisel-ts/core";
import { cached } from "../../tools/cache.ts";
import { runTool, type Tool, toolVersion } from "../../tools/tool.ts";
import type { Bits } from "../backend.ts";
import { type Column, type Columns, columnOf, setElement } from "../column.ts";
import type { Models } from "../drive/models.ts";
import type { Engine, Lanes, Opened, OpenOptions, Simulation } from "../engine.ts";
import { fewLanesApart } from "../lanes.ts";
import { NativeBackend } from "../native/backend.ts";
import { NativeProcess } from "../native/process.ts";
import { findWatched, type WatchedSignal } from "../native/watch.ts";
import type { Observation } from "../observation.ts";
import { openOptions } from "../options.ts";
import { simulation } from "../simulation.ts";
import { testbench, testbenchName } from "./testbench.ts";

const tool: Tool = {
  program: "iverilog",
  versionArgument: "-V",
  minimum: [11, 0],
  packages: { apt: "iverilog", brew: "icarus-verilog" },
};

/**
 * Runs the emitted Verilog in Icarus, the only engine that knows unknown bits: reading an output that depends
 * on state which was never set is an error.
 */
export const icarus: Engine = { name: "icarus", open };

function open<P extends Bundle, M extends Models, L extends Lanes>(
  module: Module<P>,
  options: OpenOptions<M, L> = {},
): Opened<L, Simulation<P, M>> {
  const { watch, models, lanes } = openOptions(module, options);
  const watched = findWatched(module, watch);
  const one = (): Simulation<P, M> => {
    const process = new NativeProcess("vvp", ["-n", build(module, watched)]);
    return simulation(module, new IcarusBackend(module, watched, process), models);
  };
  return (lanes === undefined ? one() : fewLanesApart("icarus", module, lanes, one)) as Opened<
    L,
    ReturnType<typeof one>
  >;
}

function build(module: ir.ModuleIr, watched: readonly WatchedSignal[]): string {
  const version = toolVersion(tool);
  const { files } = emitDesign(module, { models: true });
  const top = files.find((file) => file.module === module)?.name.replace(/\.v$/, "") ?? module.name;
  const bench = testbench(module, top, watched);
  const parts = [version, bench, ...files.flatMap(({ name, text }) => [name, text])];
  const folder = cached("icarus", parts, (temporary) => {
    const sources = textsByName([...files, { name: `${testbenchName}.v`, text: bench }]);
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(temporary, name), text);
    const names = Object.keys(sources);
    runTool(tool.program, ["-g2005", "-s", testbenchName, "-o", "dut.vvp", ...names], temporary);
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

  protected run(stimulus: Columns, cycles: number): Observation {
    const columns = Object.fromEntries(
      this.answered.map(({ name, type }) => [name, columnOf(type, cycles)]),
    );
    const unknown: Record<string, Column> = {};
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
          const answer = bitsOf(at(words, index));
          const column = columns[name];
          if (column) setElement(column, first + i, fromBits(type, answer.bits));
          if (answer.unknown === 0n) return;
          const masks = unknown[name] ?? columnOf(uint(type.width), cycles);
          unknown[name] = masks;
          setElement(masks, first + i, answer.unknown);
        });
      });
    }
    return { columns, unknown };
  }

  protected evaluate(): ReadonlyMap<string, Required<Bits>> {
    const [line = ""] = this.#request(`e 0 ${this.#heldText()}`, 1);
    const words = line.split(" ");
    return new Map(this.answered.map(({ name }, index) => [name, bitsOf(at(words, index))]));
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

/** A word of an answer: hexadecimal digits, or `u` and binary ones where some are unknown. */
function bitsOf(word: string): Required<Bits> {
  const [, mark, digits = ""] = /^(u?)([0-9a-fxz]+)$/.exec(word) ?? [];
  if (mark === "") return { bits: BigInt(`0x${digits}`), unknown: 0n };
  if (mark === undefined) throw new Error(`Icarus answered ${JSON.stringify(word)}`);
  return {
    bits: BigInt(`0b${digits.replace(/[xz]/g, "0")}`),
    unknown: BigInt(`0b${digits.replace(/1/g, "0").replace(/[xz]/g, "1")}`),
  };
}
