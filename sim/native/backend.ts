import type { ir } from "@chisel-ts/core";
import type { Columns } from "../column.ts";
import type { Backend } from "../simulation.ts";
import type { WatchedSignal } from "./watch.ts";

/** What a signal was found to be, once somebody asks. */
export type Answer = () => bigint;

/** The common half of the engines that are built by other programs: held inputs, and one evaluation for many reads. */
export abstract class NativeBackend implements Backend {
  readonly #program: { close(): void };
  protected readonly inputs: readonly ir.PortInfo[];
  protected readonly outputs: readonly ir.PortInfo[];
  /** What an evaluation answers: outputs, then watched signals. */
  protected readonly answered: readonly (ir.PortInfo | WatchedSignal)[];
  protected readonly held: Map<string, bigint>;
  #answers: ReadonlyMap<string, Answer> | undefined;

  constructor(module: ir.ModuleIr, watched: readonly WatchedSignal[], program: { close(): void }) {
    this.#program = program;
    this.inputs = module.portList.filter((port) => port.direction === "input");
    this.outputs = module.portList.filter((port) => port.direction === "output");
    this.answered = [...this.outputs, ...watched];
    this.held = new Map(this.inputs.map(({ name }) => [name, 0n]));
  }

  write(port: string, bits: bigint): void {
    this.held.set(port, bits);
    this.#answers = undefined;
  }

  read(port: string): bigint {
    return this.peek(port)?.bits ?? 0n;
  }

  peek(name: string): ReturnType<Backend["peek"]> {
    const input = this.inputs.find((port) => port.name === name);
    if (input) return { type: input.type, bits: this.held.get(name) ?? 0n };
    this.#answers ??= this.evaluate();
    const signal = this.answered.find((item) => item.name === name);
    const answer = this.#answers.get(name);
    return signal && answer && { type: signal.type, bits: answer() };
  }

  edges(cycles: number, reset: boolean): void {
    this.#answers = undefined;
    this.clock(cycles, reset);
  }

  batch(stimulus: Columns, cycles: number): Columns {
    this.#answers = undefined;
    return this.run(stimulus, cycles);
  }

  close(): void {
    this.#program.close();
  }

  /** The present value of everything in `answered`. */
  protected abstract evaluate(): ReadonlyMap<string, Answer>;
  protected abstract clock(cycles: number, reset: boolean): void;
  protected abstract run(stimulus: Columns, cycles: number): Columns;
}
