import { type Command, Option } from "commander";
import { queueWorker } from "../../farm/bullmq/worker.ts";
import type { Farm } from "../../farm/index.ts";
import { runChunk } from "../../farm/launch/run-chunk.ts";
import { notice, threadFarm, version } from "../../worker/open.ts";
import { UsageError } from "../errors.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly queue?: string;
  readonly chunk?: string;
  readonly jobs?: number;
}

/** `rf8 worker --queue URL`: does the work that others submit, until it is stopped. */
export function addWorker(program: Command): void {
  program
    .command("worker")
    .description("do work that rf8 --queue URL submits, from any machine")
    .option("--queue <url>", "redis://, rediss:// or postgres://")
    .option("--chunk <file>", "do the work of this file alone, as --launch asks")
    .addOption(
      new Option("--jobs <n>", "pieces of work at once (default: one a processor)").argParser(
        wholeNumber("--jobs", 1, 4096),
      ),
    )
    .action(run);
}

async function run({ queue, chunk, jobs }: Flags): Promise<void> {
  if ((queue === undefined) === (chunk === undefined))
    throw new UsageError("rf8 worker needs --queue URL, or --chunk FILE of a launched process");
  const farm = threadFarm(jobs);
  try {
    if (queue !== undefined) await serve(queue, farm);
    if (chunk !== undefined) await runChunk(chunk, version(), farm);
  } finally {
    await farm.close();
  }
}

async function serve(queue: string, farm: Farm): Promise<void> {
  const worker = await queueWorker(queue, farm, { version: version(), notice });
  notice(
    `worker of version ${version()}, ${await farm.capacity()} pieces of work at once; Ctrl-C ends it`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  if (worker.busy() > 0)
    notice(`ending ${worker.busy()} pieces of work; Ctrl-C again leaves them to other workers`);
  await worker.close();
}
