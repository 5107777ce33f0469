import { readdirSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { engines } from "../../../sim/index.ts";
import { queueFarm } from "../../../src/farm/bullmq/farm.ts";
import {
  type Answer,
  codeOf,
  digest,
  type Farm,
  type Kind,
  type Kinds,
  languageCode,
  perform,
  versionOf,
  work,
} from "../../../src/farm/index.ts";
import { compareBlock, failuresOf } from "./compare.ts";
import { type Block, replayed } from "./share.ts";

/** A block of random circuits for an engine. */
interface Circuits {
  readonly engine: "wasm" | "icarus" | "verilator";
  readonly seed: number;
  readonly count: number;
}

/** Circuits that fail in a block, by their place, and how. */
type Failures = readonly (readonly [number, string])[];

/** These files, which make the circuits. */
function ownCode(): string {
  const folder = new URL(".", import.meta.url);
  const names = readdirSync(folder).sort();
  return digest(names.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\0"));
}

/** What samples the circuits. */
function fastCheck(): string {
  const url = new URL("../../../node_modules/fast-check/package.json", import.meta.url);
  return readFileSync(url, "utf8");
}

const circuits: Kind<Circuits, Failures> = {
  name: "random-circuits",
  depends: () => [
    ...["formal", "sim", "tools"].map(codeOf),
    languageCode(),
    ownCode(),
    fastCheck(),
  ],
  run: async ({ engine, seed, count }) => failuresOf(engines[engine], seed, count),
  expected: ({ count }) => count,
};

export const kinds: Kinds = { [circuits.name]: circuits };
export const version = (): string => versionOf(kinds);

/** A farm that does everything here and now. */
export function here(): Farm {
  const outcomes = new Map<string, ReturnType<typeof work>>();
  return {
    async submit(piece, files) {
      outcomes.set(piece.id, work(kinds, piece, files));
    },
    async result(id) {
      const outcome = await outcomes.get(id);
      if (!outcome) throw new RangeError(`piece ${id} was not submitted`);
      outcomes.delete(id);
      return outcome;
    },
    cancel: async () => {},
    capacity: async () => 1,
    close: async () => {},
  };
}

/** Has the blocks of an engine done by the workers of a queue. */
export async function onQueue(
  url: string,
  engine: Circuits["engine"],
  blocks: readonly Block[],
): Promise<readonly Answer<Failures>[]> {
  const farm = await queueFarm(url, version(), (line) => console.error(line));
  try {
    const inputs = blocks.map(({ seed, count }) => ({ engine, seed, count }));
    return await perform(farm, circuits, inputs);
  } finally {
    await farm.close();
  }
}

/** What a queue's workers said of all blocks of an engine, which are given to them at once. */
const answered = new Map<Circuits["engine"], ReturnType<typeof onQueue>>();

/**
 * Compares a block with the interpreter: here, or on the workers of RANDOM_QUEUE. One that fails there is run here again, to be
 * shrunk.
 *
 * @throws Error as `compareBlock`.
 */
export async function checkBlock(
  engine: Circuits["engine"],
  blocks: readonly Block[],
  block: Block,
): Promise<void> {
  const url = env.RANDOM_QUEUE;
  if (url === undefined || replayed) return compareBlock(engines[engine], block.seed, block.count);
  const answers = answered.get(engine) ?? onQueue(url, engine, blocks);
  answered.set(engine, answers);
  const answer = (await answers)[blocks.indexOf(block)];
  if (answer?.state !== "done") throw new Error(`workers died on it: ${JSON.stringify(answer)}`);
  if (answer.result.length === 0) return;
  compareBlock(engines[engine], block.seed, block.count);
  throw new Error(`it fails on a worker only: ${JSON.stringify(answer.result)}`);
}
