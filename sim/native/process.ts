// Talks synchronously to a child process through named pipes.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A child process spoken to synchronously: its standard input and output are named pipes, read and
 * written with blocking calls. The shell that opens them always does, and a child that ends closes
 * them, so that nothing here can wait indefinitely for a dead child.
 */
export class NativeProcess {
  readonly #program: string;
  readonly #child: ChildProcess;
  readonly #input: number;
  readonly #output: number;
  readonly #errors: number;

  constructor(program: string, args: readonly string[]) {
    this.#program = program;
    const folder = mkdtempSync(join(tmpdir(), "rf8-sim-"));
    const [input, output, errors] = ["in", "out", "err"].map((name) => join(folder, name));
    if (!input || !output || !errors) throw new Error("no pipes");
    execFileSync("mkfifo", [input, output]);
    const script = 'in=$1 out=$2 err=$3; shift 3; exec "$@" 2> "$err" < "$in" > "$out"';
    this.#child = spawn("sh", ["-c", script, "sh", input, output, errors, program, ...args], {
      stdio: "ignore",
    });
    this.#child.unref();
    this.#input = openSync(input, "w");
    this.#output = openSync(output, "r");
    this.#errors = openSync(errors, "r");
    // All ends are open: nothing is left behind, however this process ends.
    rmSync(folder, { recursive: true });
  }

  write(bytes: Uint8Array): void {
    for (let sent = 0; sent < bytes.length; ) {
      try {
        sent += writeSync(this.#input, bytes, sent);
      } catch (error) {
        throw this.#ended(error);
      }
    }
  }

  /** @throws Error with what the child wrote to its standard error, when it ends before `length` bytes. */
  read(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let got = 0; got < length; ) {
      const more = readSync(this.#output, bytes, got, length - got, null);
      if (more === 0) throw this.#ended();
      got += more;
    }
    return bytes;
  }

  /** Reads text up to and including the `count`th line end. */
  readLines(count: number): string[] {
    const chunk = new Uint8Array(65_536);
    let text = "";
    let lines = 0;
    while (lines < count) {
      const more = readSync(this.#output, chunk, 0, chunk.length, null);
      if (more === 0) throw this.#ended();
      for (let i = 0; i < more; i++) if (chunk[i] === 10) lines += 1;
      text += Buffer.from(chunk.subarray(0, more)).toString("latin1");
    }
    return text.split("\n").slice(0, count);
  }

  close(): void {
    closeSync(this.#input);
    closeSync(this.#output);
    closeSync(this.#errors);
    // A simulator in the middle of a cycle puts a polite signal off until the cycle ends, if it ends.
    this.#child.kill("SIGKILL");
  }

  #ended(cause?: unknown): Error {
    const words = readFileSync(this.#errors, "utf8").trim();
    return new Error(`${this.#program} ended unexpectedly${words ? `: ${words}` : ""}`, { cause });
  }
}
