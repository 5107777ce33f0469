import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { main } from "../cli/run.ts";
import { redis, type Server } from "../farm/servers.ts";
import { smallConfig } from "../network/random-decoder.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-queue-"));
let server: Server | undefined;
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** rf8 with a cache of its own, as on another machine. */
function begin(cache: string, ...args: readonly string[]) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, cache) };
  const child = spawn(process.execPath, [main, ...args], { env });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    said.stdout += text;
  });
  child.stderr.on("data", (text) => {
    said.stderr += text;
  });
  const ended = once(child, "close").then(([status]) => ({ status: status as number, ...said }));
  return { child, said, ended };
}

/** Times apart, which are of the work. */
const withoutTimes = (stdout: string): string => stdout.replaceAll(/"seconds": [\d.e-]+/g, "");

test("commands give the same report from a queue's workers as from this machine", async () => {
  server = await redis();
  const worker = begin("worker", "worker", "--queue", server.url, "--jobs", "2");
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify(smallConfig));
  // More machines than one piece has.
  const machines = `lanes=1,2,4,8,rows=1,2,4,8,bandwidth=4,8.5,batch=${Array.from({ length: 20 }, (_, i) => i + 1)}`;
  for (const args of [
    ["prove", "decode", "--json"],
    ["prove", "decode", "--sanity", "--json"],
    ["mutate", "decode", "--json"],
    ["estimate", config, "--sweep", machines, "--context", "77", "--json"],
  ]) {
    const there = await begin("there", ...args, "--queue", server.url).ended;
    const here = await begin("here", ...args).ended;
    expect(there.status).toBe(here.status);
    expect(withoutTimes(there.stdout)).toBe(withoutTimes(here.stdout));
  }
  // Another machine that asks gets the results of the queue, with their times.
  const again = ["prove", "decode", "--json", "--queue", server.url];
  const [there, later] = [
    await begin("there", ...again).ended,
    await begin("later", ...again).ended,
  ];
  expect(later.stdout).toBe(there.stdout);
  worker.child.kill("SIGTERM");
  const { status, stderr, stdout } = await worker.ended;
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toMatch(
    /^worker of version [0-9a-f]{12}, 2 pieces of work at once; Ctrl-C ends it\n$/,
  );
});

test("Ctrl-C of a submitter takes back what waits", async () => {
  server ??= await redis();
  const submitter = begin("alone", "prove", "product", "--queue", server.url);
  // No worker listens.
  while (!submitter.said.stderr.includes("no worker of this version"))
    await once(submitter.child.stderr, "data");
  setTimeout(() => submitter.child.kill("SIGINT"), 300);
  const { status, stderr } = await submitter.ended;
  expect(status).toBe(130);
  expect(stderr).toContain("stopped after 0 of 3 pieces of work");
});

test.each([
  [["worker"], /needs --queue URL/],
  [["estimate", "c.json", "--queue", "redis://h"], /--queue goes with --sweep/],
  [["worker", "--chunk", "/no/such/file"], /no such file/],
  [["prove", "decode", "--launch", "srun"], /--launch srun: it must have \{\}/],
  [
    ["prove", "decode", "--launch", "x {}", "--queue", "redis://h"],
    /--queue does not go with --launch/,
  ],
  [["worker", "--queue", "ftp://x"], /ftp:\/\/x\/? is no queue/],
  [["prove", "decode", "--queue", "redis://127.0.0.1:1"], /does not answer/],
  [
    ["prove", "decode", "--queue", "redis://127.0.0.1:1", "--jobs", "2"],
    /--jobs does not go with --queue/,
  ],
])("rf8 %j is refused in one line", async (args, message) => {
  const { status, stdout, stderr } = await begin("refused", ...args).ended;
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^error: .*\n$/);
  expect(stderr).toMatch(message);
});
