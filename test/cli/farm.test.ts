import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const main = new URL("../../dist/src/cli/main.js", import.meta.url).pathname;
const cache = mkdtempSync(join(tmpdir(), "rf8-cache-"));
afterAll(() => rmSync(cache, { recursive: true }));

/** Runs rf8 with a cache of this file's own; `meanwhile` has the process while it runs. */
async function rf8(args: readonly string[], meanwhile?: (child: ReturnType<typeof spawn>) => void) {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const child = spawn(process.execPath, [main, ...args], { env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  meanwhile?.(child);
  const [status, signal] = await once(child, "close");
  return { status, signal, stdout, stderr };
}

test("Ctrl-C ends the work in one line, and the same command goes on from there", async () => {
  const stopped = await rf8(["prove", "queue", "--jobs", "2"], (child) => {
    setTimeout(() => child.kill("SIGINT"), 4000);
  });
  expect(stopped).toMatchObject({ status: 130, signal: null, stdout: "" });
  expect(stopped.stderr).toMatch(
    /^stopped after \d+ of 102 pieces of work; their results are kept, and the same command goes on from there\n$/,
  );
  const whole = await rf8(["prove", "queue", "--json"]);
  expect(whole.status).toBe(0);
  // Nothing is worked out again: the very times are those of the first run.
  const again = await rf8(["prove", "queue", "--json"]);
  expect(again.stdout).toBe(whole.stdout);
  expect(JSON.parse(whole.stdout).rows).toHaveLength(102);
});

test("launched processes give the same report", async () => {
  const launched = await rf8([
    "prove",
    "product",
    "--json",
    "--launch",
    "nice -n 1 {}",
    "--jobs",
    "2",
  ]);
  expect(launched).toMatchObject({ status: 0, stderr: "" });
  const again = await rf8(["prove", "product", "--json"]);
  expect(again.stdout).toBe(launched.stdout);
});

test.each([
  ["--jobs", "0"],
  ["--jobs", "x"],
  ["--sanity", "--jobs", "0"],
])("prove refuses %s %s", async (...flags) => {
  const { status, stderr, stdout } = await rf8(["prove", "decode", ...flags.filter(Boolean)]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^error: .*--jobs .*\n$/);
});

test("a sweep of syntheses stands in the order of its values, here and launched", async () => {
  const sweep = "goal=delay,area,activation=int8,int16";
  const args = ["synth", "product", "--sweep", sweep, "--json"];
  const launched = await rf8([...args, "--launch", "{}", "--jobs", "1"]);
  expect(launched).toMatchObject({ status: 0, stderr: "" });
  const { rows } = JSON.parse(launched.stdout);
  const named = rows.map(({ options, params }: Record<string, Record<string, string>>) => [
    ...[options?.goal, params?.activation],
  ]);
  expect(named).toEqual([
    ...[
      ["delay", "int8"],
      ["delay", "int16"],
      ["area", "int8"],
      ["area", "int16"],
    ],
  ]);
  expect((await rf8(args)).stdout).toBe(launched.stdout);
  const single = await rf8(["synth", "product", "--goal", "delay", "--json"]);
  const { command: _, rf8_version: __, ...row } = JSON.parse(single.stdout);
  expect(rows[0]).toEqual(row);
});

test.each([
  [["--sweep", "lane=3"], "what is swept, each once, is"],
  [["--sweep", "activation=int9"], '"activation=int9" is no value of activation'],
  [["--sweep", "goal=area", "--goal", "area"], "--goal does not go with --sweep goal="],
  [["--sweep", "goal=area", "-o", "x.v"], "--output does not go with --sweep"],
  [["--jobs", "2"], "--jobs goes with --sweep"],
])("synth refuses %j", async (flags, message) => {
  const { status, stdout, stderr } = await rf8(["synth", "product", ...flags]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
});

test("a range of seeds is as many runs, and ranges that overlap share their work", async () => {
  const run = (seeds: string, ...more: readonly string[]) =>
    rf8(["verify", "mac", "--vectors", "3000", "--seeds", seeds, "--json", ...more]);
  const launched = await run("5..20", "--launch", "{}", "--jobs", "1");
  expect(launched).toMatchObject({ status: 0, stderr: "" });
  const { vectors, mismatches, seeds, failing_seeds } = JSON.parse(launched.stdout);
  expect({ vectors, mismatches, seeds, failing_seeds }).toEqual({
    vectors: 48_000,
    mismatches: 0,
    seeds: [5, 20],
    failing_seeds: [],
  });
  expect((await run("5..20")).stdout).toBe(launched.stdout);
});

test.each([
  [["mac", "--seeds", "5"], "--seeds must be FROM..TO"],
  [["mac", "--seeds", "9..5"], "--seeds must be FROM..TO"],
  [["mac", "--seeds", "1..9", "--seed", "3"], "cannot be used with"],
  [["decode", "--seeds", "1..9"], "decode is compared for all inputs"],
  [["mac", "--queue", "redis://127.0.0.1:1"], "--queue goes with --seeds"],
])("verify refuses %j", async (args, message) => {
  const { status, stdout, stderr } = await rf8(["verify", ...args]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
});
