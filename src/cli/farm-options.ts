import { join } from "node:path";
import { type Command, Option } from "commander";
import { cacheFolder } from "../../tools/cache.ts";
import {
  type Answer,
  type Farm,
  type Kind,
  type PerformOptions,
  perform,
  WorkCancelled,
} from "../farm/index.ts";
import { type FarmPlace, openFarm } from "../worker/open.ts";
import { progress } from "./output.ts";
import { wholeNumber } from "./whole-number.ts";
import { writeFiles } from "./write-files.ts";

/** Flags that say where work is done. */
export type FarmFlags = FarmPlace;

export const addFarmOptions = (command: Command): Command =>
  command
    .option("--queue <url>", "give the work to workers: redis://, rediss:// or postgres://")
    .option("--launch <command>", 'start processes with it, such as "srun -c2 {}"')
    .addOption(
      new Option(
        "--jobs <n>",
        "pieces of work at once, or processes with --launch (default: one a processor)",
      ).argParser(wholeNumber("--jobs", 1, 4096)),
    );

/** The rest of a command's flags, and the first one that says where work is done. */
export function withoutFarm<F extends FarmFlags>(
  flags: F,
): { readonly rest: Omit<F, keyof FarmFlags>; readonly farm: keyof FarmFlags | undefined } {
  const { queue, launch, jobs, ...rest } = flags;
  const given = Object.entries({ queue, launch, jobs }).find(([, value]) => value !== undefined);
  return { rest, farm: given?.[0] as keyof FarmFlags | undefined };
}

/** What a farm made of each input: the result, or in words why there is none. */
export type Farmed<Result> =
  | { readonly result: Result; readonly seconds: number }
  | { readonly lost: string };

interface FarmedOptions extends Pick<PerformOptions, "files"> {
  /** What is counted, such as `properties`. */
  readonly unit: string;
}

/**
 * Does work where the flags say, with a progress bar; Ctrl-C takes it back. A piece that workers died on is reported on
 * stderr with the file that its input is written to, and the exit status is 1.
 *
 * @throws WorkError, WorkCancelled, FarmError.
 */
export const farmed = <Input, Result>(
  flags: FarmFlags,
  kind: Kind<Input, Result>,
  inputs: readonly Input[],
  { unit, files }: FarmedOptions,
): Promise<Farmed<Result>[]> =>
  withFarm(flags, unit, async (farm, onDone) => {
    const options = { onDone, ...(files && { files }) };
    return (await perform(farm, kind, inputs, options)).map(reported);
  });

/** As `farmed`, for work whose next piece depends on the one before: `ask` does one. */
export const farmedOneByOne = <Input, Result, T>(
  flags: FarmFlags,
  kind: Kind<Input, Result>,
  unit: string,
  work: (
    ask: (input: Input) => Promise<Farmed<Result>>,
    onDone: (done: number, total: number) => void,
  ) => Promise<T>,
): Promise<T> =>
  withFarm(flags, unit, (farm, onDone) => {
    let done = 0;
    const ask = async (input: Input): Promise<Farmed<Result>> => {
      const [answer] = await perform(farm, kind, [input]).catch((error: unknown) => {
        throw error instanceof WorkCancelled ? new WorkCancelled(done) : error;
      });
      if (!answer) throw new Error("a piece of work has no answer");
      done += 1;
      return reported(answer);
    };
    return work(ask, onDone);
  });

async function withFarm<T>(
  flags: FarmFlags,
  unit: string,
  work: (farm: Farm, onDone: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const farm = await openFarm(flags);
  const bar = progress(unit);
  const cancel = (): void => void farm.cancel();
  for (const signal of signals) process.once(signal, cancel);
  try {
    return await work(farm, bar.update);
  } finally {
    bar.stop();
    for (const signal of signals) process.off(signal, cancel);
    await farm.close();
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

function reported<Result>(answer: Answer<Result>): Farmed<Result> {
  if (answer.state === "done") return answer;
  const { piece, deaths, reason } = answer;
  const folder = cacheFolder("poisoned");
  const name = `${piece.id}.json`;
  writeFiles(folder, [{ name, text: `${JSON.stringify(piece)}\n` }]);
  const lost = `${deaths} workers died on it (${reason}); its input is ${join(folder, name)}`;
  process.stderr.write(`${piece.kind} ${piece.id}: ${lost}\n`);
  process.exitCode = 1;
  return { lost };
}
