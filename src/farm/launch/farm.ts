import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { type Farm, FarmError, maxDeaths } from "../farm.ts";
import type { Outcome } from "../kind.ts";
import { type Submission, Submissions } from "../submissions.ts";
import { Folder } from "./folder.ts";

/** With the processes that died in the middle of it; after the first it gets a process of its own. */
type Entry = Submission & { deaths: number };

export interface LaunchOptions {
  /** What starts a process and waits for it, such as `srun -c2 {}`; `{}` stands for the process. */
  readonly launch: string;
  /** Processes at once. */
  readonly jobs: number;
  readonly version: string;
  /** A folder that all processes see. */
  readonly folder: string;
  /** The words of the process that calls `runChunk` on a file. */
  command(file: string): readonly string[];
}

/** Milliseconds in which pieces are gathered before processes begin. */
const gathering = 50;
/** Starts in a row that come to nothing before the launch command is given up. */
const maxFailures = 3;
/** Milliseconds until a network's folder shows what a process that ended well has written. */
const patience = 60_000;

/**
 * Processes that a command starts, on a cluster for instance, one for some pieces; a shared folder has the pieces and
 * their outcomes.
 *
 * @throws FarmError for a launch command without `{}`.
 */
export function launchFarm({ launch, jobs, version, folder: root, command }: LaunchOptions): Farm {
  if (!launch.includes("{}")) {
    throw new FarmError(`--launch ${launch}: it must have {}, where the process stands`);
  }
  const folder = new Folder(root);
  folder.clean(Date.now());
  const entries = new Submissions(() => ({ deaths: 0 }));
  const running = new Map<string, ChildProcess>();
  const run = `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
  let waiting: Entry[] = [];
  let chunks = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const settle = (entry: Entry, outcome: Outcome): void => entry.outcome.resolve(outcome);
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      try {
        while (waiting.length > 0 && running.size < jobs) begin();
      } catch (error) {
        // The folder cannot be written, for instance.
        const { path = root, message }: NodeJS.ErrnoException = error as Error;
        giveUp(`${path}: ${message}`);
      }
    }, gathering);
  };
  const begin = (): void => {
    const { chosen, rest } = dealt(waiting, jobs);
    const name = `${run}-${chunks++}`;
    const files = new Map(chosen.flatMap((entry) => [...entry.files]));
    const file = folder.writeChunk(
      name,
      { version, pieces: chosen.map(({ piece }) => piece) },
      files,
    );
    waiting = rest;
    const process = command(file).map(quoted).join(" ");
    const child = spawn("sh", ["-c", launch.replaceAll("{}", process)], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    running.set(name, child);
    let said = "";
    child.stderr.on("data", (text) => {
      said = `${said}${text}`.slice(-4096);
    });
    child.on("close", (status) => void ended(name, chosen, status, said));
  };
  const ended = async (
    name: string,
    chosen: readonly Entry[],
    status: number | null,
    said: string,
  ): Promise<void> => {
    for (let waited = 0; status === 0 && waited < patience; waited += 500) {
      if (chosen.every(({ piece }) => folder.outcome(piece.id))) break;
      await wait(500);
    }
    // Cancelled meanwhile.
    if (!running.delete(name)) return;
    let isUseful = false;
    for (const entry of chosen) {
      const outcome = folder.outcome(entry.piece.id);
      const isBegun = folder.isBegun(name, entry.piece.id);
      isUseful ||= outcome !== undefined || isBegun;
      if (outcome) settle(entry, outcome);
      else if (!isBegun) waiting.push(entry);
      else if (++entry.deaths < maxDeaths) waiting.unshift(entry);
      else
        settle(entry, {
          state: "poisoned",
          deaths: entry.deaths,
          reason: `its process ended: ${status ?? "killed"}${lastLine(said)}`,
        });
    }
    folder.removeChunk(name);
    failures = isUseful ? 0 : failures + 1;
    if (failures < maxFailures) return schedule();
    const ended = `it ended with ${status ?? "a signal"} before any work was begun`;
    giveUp(`--launch ${launch}: ${ended}${lastLine(said)}`);
  };
  const giveUp = (message: string): void => {
    for (const entry of waiting.splice(0))
      settle(entry, { state: "failed", message, isDefect: false });
  };
  const cancel = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    waiting = [];
    for (const entry of entries.values()) settle(entry, { state: "cancelled" });
    const ending = [...running].map(
      ([name, child]) =>
        new Promise<void>((resolve) => {
          running.delete(name);
          child.on("close", () => resolve());
          folder.removeChunk(name);
          if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
        }),
    );
    await Promise.all(ending);
  };

  return {
    async submit(piece, files) {
      const entry = entries.add(piece, files);
      if (!entry) return;
      // Of a run before, which did not live to see it.
      const before = folder.outcome(piece.id);
      if (before?.state === "done") settle(entry, before);
      else {
        folder.forget(piece.id);
        waiting.push(entry);
        schedule();
      }
    },
    result: (id) => entries.result(id),
    cancel,
    capacity: async () => jobs,
    close: cancel,
  };
}

/**
 * The pieces of the next process: about half of its share of what waits, one in so many of the whole list, so that each
 * process has long ones at its beginning and short ones at its end. What a process died on goes alone.
 */
export function dealt<T extends { readonly deaths: number }>(
  waiting: readonly T[],
  jobs: number,
): { readonly chosen: T[]; readonly rest: T[] } {
  const [first, ...others] = waiting;
  if (first && first.deaths > 0) return { chosen: [first], rest: others };
  const stride = 2 * jobs;
  const isChosen = (_: T, index: number): boolean => index % stride === 0;
  return {
    chosen: waiting.filter((item, index) => isChosen(item, index) && item.deaths === 0),
    rest: waiting.filter((item, index) => !isChosen(item, index) || item.deaths > 0),
  };
}

function lastLine(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  return line && `: ${line}`;
}

/** A word as a shell reads it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
