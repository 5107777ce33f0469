// A worker that computes blocks of work, and this thread, which does so where there is none yet.

import { Worker } from "#host/tools/threads";
import {
  type Blocks,
  type Compute,
  computeNext,
  maxWaiting,
  type Served,
  serve,
  words,
} from "./hand-over.ts";

/** Milliseconds that a worker waits for more before it ends; another is started when there is something. */
const patience = 2000;

/** Milliseconds that a block is waited for before this thread looks whether it can compute it. */
const latest = 5;

/** What computes blocks: a function `batch` of compiled code on a memory. */
export interface Work {
  readonly module: WebAssembly.Module;
  /** Shared. */
  readonly memory: WebAssembly.Memory;
  /** How many parameters the function takes. */
  readonly parameters: number;
  /** The same function in this thread. */
  readonly compute: Compute;
}

export class Helper {
  readonly #work: () => Work;
  readonly #blocks: Blocks;
  readonly #threads: boolean;

  /**
   * @param work asked for when there is a first block.
   * @param threads whether there is to be a worker; otherwise this thread computes all.
   */
  constructor(parameters: number, work: () => Omit<Work, "parameters">, threads: boolean) {
    this.#work = () => ({ ...work(), parameters });
    const length = words.parameters + maxWaiting * parameters;
    this.#blocks = {
      control: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * length)),
      words,
      maxWaiting,
      parameters,
    };
    this.#threads = threads;
  }

  /** Starts the worker, if it has not begun or has ended. */
  start(): void {
    if (!this.#threads || this.#load(words.present)) return;
    Atomics.store(this.#blocks.control, words.present, 2);
    const { module, memory } = this.#work();
    // It is given nothing but code, memory and numbers, so that it is ready soon.
    const given: Served = { ...this.#blocks, module, memory, patience };
    const program = `const { workerData } = require("node:worker_threads");
(${serve})(workerData, ${computeNext});`;
    new Worker(program, { eval: true, workerData: given, execArgv: [] }).unref();
  }

  /** The place of the next block, from 0 to `maxWaiting` − 1: what a block is about may be kept by it. */
  get place(): number {
    return this.#load(words.given) & (maxWaiting - 1);
  }

  /** Hands a block over. Fewer than `maxWaiting` wait. */
  give(parameters: readonly number[]): void {
    const { control } = this.#blocks;
    control.set(parameters, words.parameters + this.place * parameters.length);
    Atomics.add(control, words.given, 1);
    Atomics.notify(control, words.given);
  }

  /** Blocks that wait or are being computed. */
  get waiting(): number {
    return (this.#load(words.given) - this.#load(words.done)) | 0;
  }

  /** Waits until at most as many blocks wait. Where no worker computes them, this thread does. */
  await(most: number): void {
    const { control } = this.#blocks;
    while (this.waiting > most) {
      const done = this.#load(words.done);
      if (this.waiting <= most) return;
      const present = this.#load(words.present) === 1;
      if (present && Atomics.wait(control, words.done, done, latest) !== "timed-out") continue;
      computeNext(this.#blocks, this.#work().compute);
    }
  }

  #load(word: number): number {
    return Atomics.load(this.#blocks.control, word);
  }
}
