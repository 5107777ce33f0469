import { type Failure, isShown, type Reply, type TaskName, type Tasks } from "./protocol.ts";

/** A task that ended otherwise than by its result. */
export class TaskError extends Error {
  readonly line: number;
  constructor({ message, line }: Failure) {
    super(message);
    this.line = line;
  }
}

/** A program that has not ended by then is taken for endless. */
const maxMilliseconds = 10_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress(text: string): void;
}

/**
 * The worker in which programs run. Ending it is the one way to stop a loop, so a new one takes its place; it knows nothing of the
 * old one's program, which is run again when the next task asks for it.
 */
export class Session {
  #worker = this.#start();
  /** The program that everything but a run is about. */
  #code: string | undefined;
  #stale = false;
  #next = 1;
  readonly #waiting = new Map<number, Waiting>();

  /** Called with what a program throws once it has ended. */
  onLate: (failure: Failure) => void = () => {};

  /** Runs a program; everything else is then about its modules. */
  async run(code: string): Promise<Tasks["run"]["out"]> {
    this.#stale = false;
    const timer = setTimeout(
      () => this.#end(`stopped: the program did not end within ${maxMilliseconds / 1000} s`),
      maxMilliseconds,
    );
    try {
      const result = await this.#ask("run", { code });
      if (isShown(result)) this.#code = code;
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws TaskError as the task fails or is cancelled. */
  async ask<T extends TaskName>(
    task: T,
    given: Tasks[T]["in"],
    onProgress: (text: string) => void = () => {},
  ): Promise<Tasks[T]["out"]> {
    if (this.#stale && this.#code !== undefined) await this.run(this.#code);
    return this.#ask(task, given, onProgress);
  }

  /** Ends what is running. */
  cancel(): void {
    this.#end("cancelled");
  }

  get busy(): boolean {
    return this.#waiting.size > 0;
  }

  #ask<T extends TaskName>(
    task: T,
    given: Tasks[T]["in"],
    onProgress: (text: string) => void = () => {},
  ): Promise<Tasks[T]["out"]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: resolve as (result: unknown) => void,
        reject,
        onProgress,
      });
      this.#worker.postMessage({ id, task, given });
    });
  }

  #end(message: string): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#stale = true;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new TaskError({ message, line: 0 }));
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ("late" in data) return this.onLate(data.late);
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if ("progress" in data) waiting.onProgress(data.progress);
      else {
        this.#waiting.delete(data.id);
        if ("error" in data) waiting.reject(new TaskError(data.error));
        else waiting.resolve(data.result);
      }
    };
    worker.onerror = ({ message }) => this.#end(`the worker ended: ${message}`);
    return worker;
  }
}
