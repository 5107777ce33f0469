import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { ChiselError } from "@chisel-ts/core/error";

/** Ctrl-C stopped the commands; exit status 130. */
export class Stopped extends ChiselError {
  override readonly name = "Stopped";

  constructor() {
    super("stopped; nothing was written");
  }
}

/** What became of a command. */
export interface Ran {
  /** Its one document; left out where there is none. */
  readonly document?: object;
  /** Whether its check failed, which its document shows. */
  readonly failed?: boolean;
  /** Why there is none, in words. */
  readonly why?: string;
  readonly seconds: number;
}

/** What `npx rf8` runs. */
export const main = fileURLToPath(new URL("./main.js", import.meta.url));

/** Milliseconds that a command has to give its work back in. */
const GRACE = 3000;

/**
 * Runs one command of rf8 in a process of its own.
 *
 * @param limit seconds, after which it is stopped.
 */
export function runCommand(
  args: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<Ran> {
  if (signal.aborted) return Promise.reject(new Stopped());
  const began = performance.now();
  const child = spawn(execPath, [main, ...args, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  let late = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const stop = (): void => {
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGKILL"), GRACE).unref();
  };
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, limit * 1000);
  signal.addEventListener("abort", stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      const seconds = (performance.now() - began) / 1000;
      if (signal.aborted) reject(new Stopped());
      else if (late) resolve({ seconds, why: `was stopped after ${limit} s` });
      else resolve({ seconds, failed: code === 1, ...answerOf(out, err) });
    });
  });
}

function answerOf(out: string, err: string): Pick<Ran, "document" | "why"> {
  try {
    const document: unknown = JSON.parse(out);
    if (typeof document === "object" && document !== null) return { document };
  } catch {
    // What it said on stderr is the reason.
  }
  const said = err.trim().split("\n").at(-1) ?? "";
  return { why: `gave no figures: ${said.replace(/^error: /, "") || "it said nothing"}` };
}

/** Does something for each item, as many at once as there are processors, in their order. */
export async function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}
