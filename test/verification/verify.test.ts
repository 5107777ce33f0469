import { assert, assume, bool, input, module, output, register, uint, when } from "@chisel-ts/core";
import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";
import { mac } from "../../hdl/mac.ts";
import { type Columns, engines } from "../../sim/index.ts";
import { addVerify } from "../../src/cli/commands/verify.ts";
import { referenceOf } from "../../src/verification/model-of.ts";
import { exhaustiveStimulus, RandomStimulus } from "../../src/verification/stimulus.ts";
import { verify } from "../../src/verification/verify.ts";

const reference = referenceOf(mac());

test("a circuit that is not what the model says is found out, with a wave from reset", async () => {
  // One register more than the parameters say.
  const stimulus = new RandomStimulus(mac(), 5).block(500);
  const verdict = await verify(mac({ pipeline: 1 }), { reference, blocks: [stimulus, stimulus] });
  expect(verdict.vectors).toBe(1000);
  expect(verdict.mismatches).toBeGreaterThan(500);
  expect(verdict.first?.wave).toMatch(/^sum wasm .*\nsum model /m);
  expect((await verify(mac(), { reference, blocks: [stimulus, stimulus] })).mismatches).toBe(0);
});

test("random stimulus repeats with its seed and differs with another", () => {
  const block = (seed: number) => new RandomStimulus(mac(), seed).block(50).columns;
  expect(block(1)).toEqual(block(1));
  expect(block(1)).not.toEqual(block(2));
});

test("an exhaustive stimulus holds every combination once, also cut into blocks", () => {
  const module = catalogue.find((item) => item.name === "product")!.build({});
  const seen = new Set<number>();
  for (let first = 0; first < 65_536; first += 4096) {
    const { weight, activation } = exhaustiveStimulus(module, first, 4096).columns;
    for (let i = 0; i < 4096; i++)
      seen.add(Number(weight![i]) * 256 + Number(activation![i]) + 128);
  }
  expect(seen.size).toBe(65_536);
});

describe("the checks of a circuit", () => {
  /** Counts to `most`, says that it counts below `limit`, and asks that `up` and `down` are never both 1. */
  const counter = (limit: number) =>
    module(
      {
        name: "counter",
        ports: { up: input(bool()), down: input(bool()), count: output(uint(8)) },
      },
      (io) => {
        const count = register("count_now", uint(8), { reset: 0 });
        when(io.up, () => count.set(count.addWrap(1)));
        assert(count.lt(limit), "below_limit");
        assume(io.up.and(io.down).not(), "one_way");
        io.count.set(count);
      },
    );
  const reference = ({ up }: Columns, cycles: number): Columns => {
    const count = new Uint8Array(cycles);
    for (let i = 1; i < cycles; i++) count[i] = count[i - 1]! + Number(up![i - 1]);
    return { count };
  };
  const block = (cycles: number, down = 0) => ({
    columns: { up: new Uint8Array(cycles).fill(1), down: new Uint8Array(cycles).fill(down) },
    cycles,
  });
  const seen = ({ checks }: { checks: readonly { label: string; cycle: number }[] }) =>
    checks.map(({ label, cycle }) => `${label} ${cycle}`);

  test("that fail do so in a run without a mismatch, once each, with the cycle of their block", async () => {
    const blocks = [block(20), block(40, 1), block(60)];
    const verdict = await verify(counter(30), { reference, blocks });
    expect([verdict.mismatches, verdict.vectors]).toEqual([0, 120]);
    expect(seen(verdict)).toEqual(["one_way 0", "below_limit 30"]);
    expect(verdict.checks[1]!.wave.signals.map(({ name, column }) => [name, [...column]])).toEqual([
      ["count_now", [23, 24, 25, 26, 27, 28, 29, 30]],
      ["below_limit", [1, 1, 1, 1, 1, 1, 1, 0]],
    ]);
    expect(seen(await verify(counter(60), { reference, blocks: [block(60)] }))).toEqual([]);
  });

  test("are not taken from the shortened stimuli of a mismatch", async () => {
    const wrong = (columns: Columns, cycles: number): Columns => {
      const { count } = reference(columns, cycles) as { count: Uint8Array };
      return { count: count.with(cycles - 1, 99) };
    };
    const verdict = await verify(counter(200), { reference: wrong, blocks: [block(20)] });
    expect([verdict.mismatches, seen(verdict)]).toEqual([1, []]);
  });

  test("are evaluated by the interpreter alike, and not where Verilog runs", async () => {
    const blocks = [block(40)];
    const engine = engines.interpreter;
    expect(seen(await verify(counter(30), { reference, blocks, engine }))).toEqual([
      "below_limit 30",
    ]);
    expect("checks" in engines.wasm.open(counter(30))).toBe(true);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  test("decide about the exit of rf8 verify", async () => {
    const entry = catalogue.find(({ name }) => name === "decode")!;
    const right = entry.build({});
    const [condition] = right.outputs.filter(({ width }) => width === 1);
    const { location } = right;
    const check = { kind: "assert", label: "always_so", condition: condition!, location } as const;
    vi.spyOn(entry, "build").mockReturnValue({ ...right, checks: [check] });
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((part) => {
      text += String(part);
      return true;
    });
    const run = async (...flags: string[]): Promise<void> => {
      const program = new Command();
      addVerify(program);
      text = "";
      process.exitCode = undefined;
      await program.parseAsync(["verify", "decode", ...flags], { from: "user" });
    };
    await run();
    expect(process.exitCode).toBe(1);
    expect(text).toMatch(
      / 0 mismatches.*assert always_so fails in cycle \d+.*\ncycle.*replay: rf8 /s,
    );
    await run("--json");
    expect(process.exitCode).toBe(1);
    expect(JSON.parse(text).failed_checks).toMatchObject([
      { kind: "assert", label: "always_so", instance: "", wave: expect.stringContaining("cycle") },
    ]);
  });
});
