// Kinds of work for the tests: plain JavaScript, since a thread or a worker process loads this file as it is.
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

const kind = (name, run, more = {}) => ({
  name,
  depends: () => ["test"],
  run,
  expected: () => 1,
  ...more,
});

class Refusal extends Error {
  name = "Refusal";
}

const list = [
  kind("square", async (n) => n * n),
  kind("slow", async ({ ms, value }) => {
    await setTimeout(ms);
    return value;
  }),
  // Tells in a file that it was begun.
  kind("told", async ({ file, word, ms }) => {
    appendFileSync(file, `${word}\n`);
    await setTimeout(ms);
    return word;
  }),
  kind(
    "refuse",
    async (why) => {
      throw new Refusal(why);
    },
    { errors: ["Refusal"] },
  ),
  kind("defect", async (why) => {
    throw new TypeError(why);
  }),
  // The thread ends in the middle of it.
  kind("die", async () => process.exit(9)),
  // The whole process does.
  kind("kill", async () => {
    process.kill(process.pid, "SIGKILL");
    await setTimeout(60_000);
  }),
  kind("sizes", async (_, files) => [...files].map(([sum, bytes]) => [sum, bytes.length])),
  kind("where", async () => ({ pid: process.pid, isMainThread })),
];

export const kinds = Object.fromEntries(list.map((item) => [item.name, item]));
