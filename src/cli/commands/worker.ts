import { type Command, Option } from "commander";
import { queueWorker } from "../../farm/bullmq/worker.ts";
import { notice, threadFarm, version } from "../../worker/open.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly queue: string;
  readonly jobs?: number;
}

/** `rf8 worker --queue URL`: does the work that others submit, until it is stopped. */
export function addWorker(program: Command): void {
  program
    .command("worker")
    .description("do work that rf8 --queue URL submits, from any machine")
    .requiredOption("--queue <url>", "redis://, rediss:// or postgres://")
    .addOption(
      new Option("--jobs <n>", "pieces of work at once (default: one a processor)").argParser(
        wholeNumber("--jobs", 1, 4096),
      ),
    )
    .action(run);
}

async function run({ queue, jobs }: Flags): Promise<void> {
  const farm = threadFarm(jobs);
  const worker = await queueWorker(queue, version(), farm, notice);
  notice(
    `worker of version ${version()}, ${await farm.capacity()} pieces of work at once; Ctrl-C ends it`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  if (worker.busy() > 0)
    notice(`ending ${worker.busy()} pieces of work; Ctrl-C again leaves them to other workers`);
  await worker.close();
  await farm.close();
}
