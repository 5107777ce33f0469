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

test("memory is bounded by a chunk, not by the file", () => {
  sparse("big.safetensors");
  const report =
    'process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS));';
  const run = (input: string): number => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        "--import",
        `data:text/javascript,${encodeURIComponent(report)}`,
        main,
        "quantize",
        input,
        "-o",
        "bounded.safetensors",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    expect(status).toBe(0);
    return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
  };
  sparse("tiny.safetensors", 10);
  const [small, large] = [run("tiny.safetensors"), run("big.safetensors")];
  expect(statSync(path("bounded.safetensors")).size).toBeGreaterThan(75_000_000);
  // A file of 300 MB may take a few chunks, and what the collector has not yet freed, more than one of 40 kB.
  expect(large - small).toBeLessThan(100);
});
