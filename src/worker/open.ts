import { availableParallelism } from "node:os";
import { stderr } from "node:process";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../tools/cache.ts";
import { type Farm, FarmError, threads, versionOf } from "../farm/index.ts";
import { kinds } from "./kinds.ts";

/** Where work is to be done: on threads of this process where neither a queue nor a launch command is given. */
export interface FarmPlace {
  /** The URL of a queue that workers listen to. */
  readonly queue?: string;
  /** What starts a process on a cluster, `{}` standing for the process. */
  readonly launch?: string;
  /** Pieces or, launched, processes at once. */
  readonly jobs?: number;
}

/** The threads that do rf8's work. */
export const threadFarm = (jobs?: number): Farm =>
  threads(new URL("./thread.js", import.meta.url), jobs);

export const version = (): string => versionOf(kinds);

/** One line for people, beside what the command prints. */
export const notice = (line: string): void => {
  stderr.write(`${line}\n`);
};

async function launched(launch: string, jobs = availableParallelism()): Promise<Farm> {
  const { launchFarm } = await import("../farm/launch/farm.ts");
  const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));
  return launchFarm({
    launch,
    jobs,
    version: version(),
    folder: cacheFolder("launch"),
    command: (file) => [process.execPath, main, "worker", "--chunk", file],
  });
}

/** The farm that does rf8's work there. @throws FarmError when it cannot be reached. */
export async function openFarm({ queue, launch, jobs }: FarmPlace): Promise<Farm> {
  if (queue !== undefined && launch !== undefined)
    throw new FarmError("--queue does not go with --launch: the work is done in one place");
  if (launch !== undefined) return launched(launch, jobs);
  if (queue === undefined) return threadFarm(jobs);
  if (jobs !== undefined)
    throw new FarmError(
      "--jobs does not go with --queue: each worker has its own, rf8 worker --jobs",
    );
  const { queueFarm } = await import("../farm/bullmq/farm.ts");
  const farm = await queueFarm(queue, version(), notice);
  if ((await farm.capacity()) === 0)
    notice(`no worker of this version (${version()}) listens yet: rf8 worker --queue URL is one`);
  return farm;
}
