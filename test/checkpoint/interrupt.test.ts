import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { main } from "../cli/run.ts";
import { scratchFolder, writeFloats } from "./files.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

/** A checkpoint of zeros that takes no room on disk: 300 MB of float32. */
function sparse(name: string, rows = 75_000): void {
  const header = Buffer.from(
    JSON.stringify({ w: { dtype: "F32", shape: [rows, 1000], data_offsets: [0, rows * 4000] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path(name), "w");
  writeSync(file, Buffer.concat([length, header]));
  ftruncateSync(file, 8 + header.length + rows * 4000);
  closeSync(file);
}

test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "%s at any moment leaves the old output or none, never a part",
  async (signal) => {
    sparse("big.safetensors");
    const output = path("out.safetensors");
    for (const delay of [200, 450, 700, 1000]) {
      rmSync(output, { force: true });
      const child = spawn(process.execPath, [main, "quantize", "big.safetensors", "-o", output], {
        cwd: folder,
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await setTimeout(delay);
      child.kill(signal);
      await ended;
      if (existsSync(output)) {
        // It was quicker than the signal: then it is whole.
        const bytes = readFileSync(output);
        expect(bytes.length).toBe(8 + Number(bytes.readBigUInt64LE()) + 75_000_000);
      }
      const left = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
      // Nothing can be tidied up after SIGKILL; a temporary name is all that may be left.
      if (signal !== "SIGKILL") expect(left).toEqual([]);
      for (const name of left) rmSync(path(name));
    }
  },
);

test("an output that exists keeps its content when the new one fails", () => {
  writeFloats(path("nan.safetensors"), {
    w: { shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) },
  });
  writeFloats(path("old.safetensors"), { v: { shape: [1], data: Float32Array.of(1) } });
  const before = readFileSync(path("old.safetensors"));
  const { status } = spawnSync(
    process.execPath,
    [main, "quantize", "nan.safetensors", "-o", "old.safetensors"],
    { cwd: folder },
  );
  expect(status).toBe(2);
  expect(readFileSync(path("old.safetensors")).equals(before)).toBe(true);
});

test("a write that does not fit ends with one line and leaves nothing", () => {
  sparse("limited.safetensors", 20_000);
  // A limit on file size stands in for a full disk: both fail in the middle of a write.
  const script = `trap '' XFSZ; ulimit -f 4096; exec "$0" "$@"`;
  const { status, stderr } = spawnSync(
    "bash",
    [
      "-c",
      script,
      process.execPath,
      main,
      "quantize",
      "limited.safetensors",
      "-o",
      "cut.safetensors",
    ],
    { cwd: folder, encoding: "utf8" },
  );
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("cut.safetensors");
  expect(status).toBe(2);
  expect(readdirSync(folder).filter((name) => name.includes("cut"))).toEqual([]);
});

const procfs = existsSync("/proc/self");
if (!procfs)
  console.log("skipped: there is no /proc, the one folder that refuses files even to root");

test.skipIf(!procfs)("a folder that takes no files is named", () => {
  writeFloats(path("small.safetensors"), { w: { shape: [1, 1], data: Float32Array.of(1) } });
  const { status, stderr } = spawnSync(
    process.execPath,
    [main, "quantize", "small.safetensors", "-o", "/proc/out.safetensors"],
    { cwd: folder, encoding: "utf8" },
  );
  expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
  expect(stderr).toContain("out.safetensors");
});

/** The greatest memory of a command in MiB. */
function peak(input: string, output: string): number {
  const report =
    'process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS));';
  const load = `data:text/javascript,${encodeURIComponent(report)}`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", load, main, "quantize", input, "-o", output],
    { cwd: folder, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
}

test("memory is bounded by a chunk, not by the file", () => {
  sparse("big.safetensors");
  sparse("tiny.safetensors", 10);
  const run = (input: string): number => peak(input, "bounded.safetensors");
  const [small, large] = [run("tiny.safetensors"), run("big.safetensors")];
  expect(statSync(path("bounded.safetensors")).size).toBeGreaterThan(75_000_000);
  // A file of 300 MB may take a few chunks, and what the collector has not yet freed, more than one of 40 kB.
  expect(large - small).toBeLessThan(100);
});

/** A llama2.c file of zeros, version 0, of one layer whose embedding is that long. */
function sparseLlama(name: string, vocabulary: number): void {
  const [dim, hidden, sequence] = [256, 64, 8];
  const header = Buffer.from(Int32Array.of(dim, hidden, 1, 4, 4, vocabulary, sequence).buffer);
  const weights = vocabulary * dim + 4 * dim * dim + 3 * dim * hidden + 3 * dim + sequence * 64;
  const file = openSync(path(name), "w");
  writeSync(file, header);
  ftruncateSync(file, 28 + 4 * weights);
  closeSync(file);
}

test("nor is it by a file that becomes a model folder", () => {
  sparseLlama("big.bin", 200_000);
  sparseLlama("tiny.bin", 100);
  const [small, large] = [peak("tiny.bin", "tiny-folder"), peak("big.bin", "big-folder")];
  expect(statSync(path("big-folder/model.safetensors")).size).toBeGreaterThan(50_000_000);
  expect(large - small).toBeLessThan(100);
});

test("SIGINT among many small tensors leaves nothing", async () => {
  const entries = Array.from({ length: 20_000 }, (_, i) => [
    `layer.${i}`,
    { dtype: "F32", shape: [2, 2], data_offsets: [16 * i, 16 * i + 16] },
  ]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path("many.safetensors"), Buffer.concat([length, header, Buffer.alloc(320_000)]));
  for (const delay of [400, 800, 1200]) {
    const output = path("many-out.safetensors");
    rmSync(output, { force: true });
    const child = spawn(process.execPath, [main, "quantize", "many.safetensors", "-o", output], {
      cwd: folder,
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await setTimeout(delay);
    child.kill("SIGINT");
    await ended;
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  }
});
