import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../../src/format/index.ts";
import { redis, type Server, startWorker, type WorkerProcess } from "./servers.ts";

/** FARM_KILLS=100: so many kills instead of the share of a test run. */
const kills = Number(process.env.FARM_KILLS ?? 8);

const folder = mkdtempSync(join(tmpdir(), "rf8-faults-"));
const workers: WorkerProcess[] = [];
let server: Server | undefined;
let submitter: ChildProcess | undefined;
afterAll(async () => {
  for (const worker of workers) worker.process.kill("SIGKILL");
  submitter?.kill("SIGKILL");
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`${kills} kills of workers, of the submitter and of Redis lose nothing, double nothing and end`, {
  timeout: 120_000 + kills * 3000,
}, async () => {
  server = await redis();
  const { url } = server;
  // As many pieces as keep the workers busy until the last kill; few are hit twice.
  const [count, ms] = [60 + 40 * kills, 100];
  const program = fileURLToPath(new URL("./submitter.js", import.meta.url));
  const submit = () => {
    const child = spawn(process.execPath, [program, url, String(count), String(ms), "piece"], {
      env: { ...process.env, XDG_CACHE_HOME: folder },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let stdout = "";
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    submitter = child;
    return { child, ended: once(child, "close").then(([status]) => ({ status, stdout })) };
  };
  for (let i = 0; i < 3; i++) workers.push(await startWorker(url, 2));
  let current = submit();
  const random = seededRandom(7);
  for (let kill = 0; kill < kills; kill++) {
    await setTimeout((random.next() >>> 0) % 400);
    if (kill % 8 === 3) {
      current.child.kill("SIGKILL");
      await current.ended;
      current = submit();
    } else if (kill % 8 === 6) await server.restart();
    else {
      const victim = (random.next() >>> 0) % workers.length;
      workers[victim]?.process.kill("SIGKILL");
      workers[victim] = await startWorker(url, 2);
    }
  }
  const { status, stdout } = await current.ended;
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: count }, (_, i) => `piece-${i}`));
});
