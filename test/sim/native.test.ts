import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bool, input, module, output, register, uint } from "@chisel-ts/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { engines } from "../../sim/index.ts";
import { NativeProcess } from "../../sim/native/process.ts";
import { cached } from "../../tools/cache.ts";
import { toolVersion } from "../../tools/tool.ts";
import { needs } from "../support/native.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rf8-native-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("the build cache", () => {
  test("builds once per content, and parts cannot run together", () => {
    let builds = 0;
    const build = (place: string): void => {
      builds += 1;
      writeFileSync(join(place, "made"), "");
    };
    const first = cached("kind", ["ab", "c"], build);
    expect(cached("kind", ["ab", "c"], build)).toBe(first);
    expect(builds).toBe(1);
    expect(cached("kind", ["a", "bc"], build)).not.toBe(first);
    expect(existsSync(join(first, "made"))).toBe(true);
  });

  test("a build that fails leaves nothing, and is tried again", () => {
    const fail = (): void => {
      throw new Error("no");
    };
    expect(() => cached("kind", ["x"], fail)).toThrow("no");
    expect(readdirSync(join(folder, "rf8", "kind"))).toEqual([]);
    expect(existsSync(cached("kind", ["x"], () => {}))).toBe(true);
  });

  test("a run beside this one may finish the same folder first", () => {
    const place = cached("kind", ["y"], (temporary) => {
      // The other run's folder appears while this one builds.
      const target = cached("kind", ["y"], (other) => writeFileSync(join(other, "theirs"), ""));
      mkdirSync(join(temporary, "mine"));
      expect(existsSync(target)).toBe(true);
    });
    expect(readdirSync(place)).toEqual(["theirs"]);
  });
});

describe("a native process", () => {
  test("that ends is an error with what it said, not a hang", () => {
    const child = new NativeProcess("sh", ["-c", "read line; echo it broke >&2; exit 3"]);
    child.write(Buffer.from("x\n"));
    expect(() => child.read(1)).toThrow("sh ended unexpectedly: it broke");
    child.close();
  });

  test("that puts a polite signal off is ended all the same", async () => {
    const script = "trap '' TERM; echo $$; while :; do :; done";
    const child = new NativeProcess("sh", ["-c", script]);
    const pid = Number(child.readLines(1)[0]);
    child.close();
    // Signal 0 only asks whether the process is there.
    const asks = (): boolean => process.kill(pid, 0);
    await expect
      .poll(
        () => {
          try {
            return asks();
          } catch {
            return false;
          }
        },
        { timeout: 10_000 },
      )
      .toBe(false);
  });

  test("that does not exist is an error too", () => {
    const child = new NativeProcess("no-such-program", []);
    expect(() => child.read(1)).toThrow(/no-such-program ended unexpectedly/);
    child.close();
  });
});

test("a missing or old tool says what to install", () => {
  const packages = { apt: "verilator", brew: "verilator" };
  const tool = {
    program: "no-such-tool",
    versionArgument: "--version",
    minimum: [5, 6],
    packages,
  } as const;
  expect(() => toolVersion(tool)).toThrow(
    "no-such-tool is not installed; install it with apt-get install verilator or brew install verilator (version 5.006 or newer)",
  );
  expect(() => toolVersion({ ...tool, program: "sh", versionArgument: "-c:" })).toThrow(
    /too old|not installed/,
  );
});

test("Icarus names an output that depends on a register without reset", () => {
  const forgotten = module(
    { name: "forgotten", ports: { x: input(bool()), y: output(bool()), plain: output(bool()) } },
    (io) => {
      io.plain.set(io.x);
      const state = register("state", bool());
      state.set(state.xor(io.x));
      io.y.set(state);
    },
  );
  const simulation = engines.icarus.open(forgotten);
  expect(() => simulation.out.y).toThrow(
    "y has unknown bits (x): it depends on a register without reset",
  );
  simulation.close();
});

test("several processes build one design at once, and all get it", async () => {
  needs("iverilog");
  const script = `
    import { engines, input, module, output, register, uint } from "rf8";
    const design = module({ name: "parallel", ports: { x: input(uint(7)), y: output(uint(7)) } }, (io) => {
      const r = register("r", uint(7), { reset: 0 });
      r.set(io.x);
      io.y.set(r);
    });
    const dut = engines.icarus.open(design);
    dut.in.x = 77n;
    dut.step();
    console.log(dut.out.y);
    dut.close();
  `;
  const runs = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    return text;
  });
  expect(await Promise.all(runs)).toEqual(Array(4).fill("77n\n"));
  expect(readdirSync(join(folder, "rf8", "icarus"))).toHaveLength(1);
});

test("the type of a port decides what may be set", () => {
  const typed = module({ name: "typed", ports: { x: input(uint(4)), y: output(uint(4)) } }, (io) =>
    io.y.set(io.x),
  );
  const dut = engines.interpreter.open(typed);
  // @ts-expect-error a UInt takes a bigint
  expect(() => (dut.in.x = true)).toThrow("x is UInt 4 and takes a bigint");
  // @ts-expect-error there is no port z
  expect(() => dut.out.z).toThrow("typed has no output z; it has the output y");
});
