import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { needs, needsNetworks } from "../support/native.ts";
import { type Networks, twoNetworks } from "./networks.ts";
import { redisArguments, startWorker, type WorkerProcess } from "./servers.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-network-"));
const children: ChildProcess[] = [];
let networks: Networks | undefined;
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  networks?.close();
  rmSync(folder, { recursive: true, force: true });
});

const url = "redis://10.77.0.1:6379";

/** A submitter with a cache of its own, once it submits. */
async function submit(prefix: readonly string[], name: string, count: number, minutes?: number) {
  const own = fileURLToPath(new URL("./submitter.js", import.meta.url));
  const patience = minutes === undefined ? [] : [String(minutes)];
  const words = [...prefix, process.execPath, own, url, String(count), "300", name, ...patience];
  const [program = "", ...args] = words;
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, name) };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    said.stdout += text;
  });
  child.stderr.on("data", (text) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([status]) => ({ status: Number(status), ...said }));
  while (!said.stderr.includes("submitting")) await once(child.stderr, "data");
  return { ended, said };
}

const resultsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

test("a network is cut: no result is lost or doubled, nothing hangs, each says it in one line", {
  timeout: 240_000,
}, async () => {
  needs("redis-server");
  needsNetworks();
  networks = await twoNetworks();
  const { near, far } = networks;
  const [enter = "", ...args] = near;
  const redis = [...redisArguments(folder, 6379), "--bind", "10.77.0.1", "--protected-mode", "no"];
  const server = spawn(enter, [...args, "redis-server", ...redis], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(server);
  for await (const text of server.stdout) if (String(text).includes("Ready to accept")) break;
  server.stdout.resume();
  const workers: WorkerProcess[] = [];
  for (const side of [near, far]) {
    const worker = await startWorker(url, 2, side);
    workers.push(worker);
    children.push(worker.process);
  }
  const [, cutOff] = workers;
  const [here, patient, impatient] = await Promise.all([
    submit(near, "here", 40),
    submit(far, "patient", 20),
    submit(far, "impatient", 20, 0.2),
  ]);
  await setTimeout(1000);
  networks.cut();

  // What the far worker had begun goes to the near one; whoever is cut off for good ends in one line.
  expect(await here.ended).toEqual({
    status: 0,
    stdout: `${JSON.stringify(resultsOf("here", 40))}\n`,
    stderr: "submitting\n",
  });
  const { status, stdout, stderr } = await impatient.ended;
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(
    /^submitting\n(redis:.*; waiting for it to come back\n)?redis:\/\/10\.77\.0\.1:6379 has not answered for 0\.2 minutes; [^\n]*\n$/,
  );

  // Only who has noticed the cut can say that it is over.
  const lost = "waiting for it to come back";
  while (![patient.said.stderr, cutOff!.said()].every((text) => text.includes(lost)))
    await setTimeout(200);
  networks.restore();
  const back = await patient.ended;
  expect(back).toMatchObject({
    status: 0,
    stdout: `${JSON.stringify(resultsOf("patient", 20))}\n`,
  });
  const line =
    /^(submitting\n)?redis:\/\/[^\n]*; waiting for it to come back\nredis:[^\n]* is back\n$/;
  expect(back.stderr).toMatch(line);
  while (!cutOff!.said().includes("is back")) await setTimeout(200);
  expect(cutOff!.said()).toMatch(line);
});
