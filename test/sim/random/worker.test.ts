import { env } from "node:process";
import { operationRow } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { queueWorker } from "../../../src/farm/bullmq/worker.ts";
import { redis } from "../../farm/servers.ts";
import { bugs, withBug } from "./bugs.ts";
import { failuresOf } from "./compare.ts";
import { here, onQueue, version } from "./pieces.ts";
import { patience } from "./share.ts";

const say = (line: string): void => console.error(line);

// Not a test: a worker for other checkouts, until Ctrl-C.
test.runIf(env.RANDOM_WORKER !== undefined)(
  "serves RANDOM_WORKER",
  async () => {
    await queueWorker(env.RANDOM_WORKER ?? "", here(), {
      version: version(),
      notice: say,
      lock: patience,
    });
    say(`worker of version ${version()} for random circuits; Ctrl-C ends it`);
    await new Promise(() => {});
  },
  2 ** 31 - 1,
);

test.runIf(env.RANDOM_WORKER === undefined)(
  "a queue's workers compare blocks, and say which circuits fail",
  async () => {
    const server = await redis();
    const worker = await queueWorker(server.url, here(), { version: version(), notice: say });
    const blocks = [3, 4].map((count, index) => ({ seed: index, count, title: "" }));
    const answers = await onQueue(server.url, "wasm", blocks);
    expect(answers).toEqual(
      blocks.map(() => expect.objectContaining({ state: "done", result: [] })),
    );
    await worker.close();
    await server.stop();
    const wrong = () => failuresOf(engines.wasm, 1, 20);
    expect(withBug(operationRow("mux"), bugs.mux, wrong).length).toBeGreaterThan(0);
  },
);
