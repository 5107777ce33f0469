import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  evaluate,
  isDecoder,
  type Model,
  readModel,
  type Setting,
  STORED,
  sampledSequences,
  writeModel,
} from "../../src/network/index.ts";
import { type ModelOptions, quantizeModel } from "../../src/quantize/index.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { main } from "../cli/run.ts";
import { randomDecoder, smallConfig } from "../network/random-decoder.ts";

const root = scratchFolder();
let folders = 0;
const fresh = (): string => join(root, `${folders++}`);

const row = (format: Setting["format"]): Setting => ({
  format,
  rounding: format === "rf8" ? "nearest" : null,
  granularity: format === "rf8" ? "tensor" : null,
  activations: "float",
});

async function written(keys: Readonly<Record<string, unknown>> = {}) {
  const folder = fresh();
  await writeModel(folder, randomDecoder({ ...smallConfig, ...keys }, 3));
  return { folder, model: decoder(folder) };
}

function decoder(folder: string) {
  const model: Model = readModel(folder);
  if (!isDecoder(model)) throw new Error("a decoder is expected");
  return model;
}

const version = (folder: string): string | undefined =>
  /"rf8.version":"(.)"/.exec(readFileSync(join(folder, "model.safetensors"), "latin1"))?.[1];

const plain: ModelOptions = { method: "gptq", scale: "none", bits: 8 };

describe.each([
  ["own classifier", {}],
  ["tied", { tie_word_embeddings: true }],
  ["fused matrices", { model_type: "phi3", pad_token_id: 0 }],
])("a decoder, %s", (_, keys) => {
  test.each<[string, ModelOptions, string]>([
    ["the file of today", plain, "1"],
    ["row scales", { ...plain, scale: "row" }, "2"],
    ["sequential, Fisher", { ...plain, scale: "row", target: "sequential", fisher: true }, "2"],
    ["6 bits", { ...plain, scale: "row", bits: 6 }, "2"],
    ["7 bits, nearest", { method: "nearest", scale: "none", bits: 7 }, "2"],
  ])(
    "%s: every matrix is read back, and none is worse on its inputs than nearest codes",
    async (_, options, is) => {
      const { folder, model } = await written(keys);
      const sequences = sampledSequences(model, { sequences: 24, length: 20 }, 1);
      const output = fresh();
      const reports = await quantizeModel({ input: folder, model, output, sequences }, options);
      expect(version(output)).toBe(is);
      const stored = decoder(output);
      for (const [name, { shape, rf8 }] of stored.tensors) {
        expect(rf8 !== undefined).toBe(shape.length === 2);
        expect(rf8?.scales !== undefined).toBe(shape.length === 2 && options.scale === "row");
        expect(model.tensors.get(name)?.shape).toEqual(shape);
      }
      expect(reports.map(({ name }) => name).sort()).toEqual(
        [...model.tensors]
          .flatMap(([name, { shape }]) => (shape.length === 2 ? [name] : []))
          .sort(),
      );
      if (options.method === "nearest") return;
      if (options.bits === 8)
        for (const { error, error_nearest } of reports)
          expect(error).toBeLessThanOrEqual(error_nearest * (1 + 1e-9));
      const settings = [row("f32"), row("rf8"), row(STORED)];
      const tests = sampledSequences(model, { sequences: 24, length: 20 }, 2);
      const [, nearest, own] = await evaluate(model, { settings, sequences: tests, stored });
      expect(own!.kl).toBeGreaterThan(0);
      if (options.bits === 8 && options.scale === "row") expect(own!.kl).toBeLessThan(nearest!.kl);
    },
  );
});

test("the stored network's row is that of its own values", async () => {
  const { folder, model } = await written();
  const sequences = sampledSequences(model, { sequences: 4, length: 12 }, 1);
  const output = fresh();
  await quantizeModel({ input: folder, model, output, sequences }, { ...plain, scale: "row" });
  const stored = decoder(output);
  const [found] = await evaluate(model, { settings: [row(STORED)], sequences, stored });
  const [alone] = await evaluate(stored, { settings: [row("f32")], sequences });
  expect(found!.nll).toBeCloseTo(alone!.nll, 9);
});

test("kept tensors are as they were; a quantized model is refused", async () => {
  const { folder, model } = await written();
  const sequences = sampledSequences(model, { sequences: 2, length: 8 }, 1);
  const output = fresh();
  await quantizeModel({ input: folder, model, output, sequences }, { ...plain, keep: ["*.mlp.*"] });
  const stored = decoder(output);
  const name = "model.layers.0.mlp.up_proj.weight";
  expect(stored.tensors.get(name)?.rf8).toBeUndefined();
  expect(stored.tensors.get(name)?.values).toEqual(model.tensors.get(name)?.values);
  expect(stored.tensors.get("model.layers.1.self_attn.q_proj.weight")?.rf8).toBeDefined();
  await expect(
    quantizeModel({ input: output, model: stored, output: fresh(), sequences }, plain),
  ).rejects.toThrow("quantized already");
});

test("one palette: the best for all, or a given one, in every tensor", async () => {
  const { folder, model } = await written();
  const sequences = sampledSequences(model, { sequences: 8, length: 12 }, 1);
  const palettes = async (palette?: ModelOptions["palette"]) => {
    const output = fresh();
    const options: ModelOptions = { ...plain, scale: "row", bits: 4, ...(palette && { palette }) };
    const reports = await quantizeModel({ input: folder, model, output, sequences }, options);
    const settings = [row(STORED)];
    const [measured] = await evaluate(model, { settings, sequences, stored: decoder(output) });
    return { found: new Set(reports.map((one) => String(one.palette))), kl: measured!.kl };
  };
  const [own, shared] = [await palettes(), await palettes("shared")];
  expect(own.found.size).toBeGreaterThan(1);
  expect(shared.found.size).toBe(1);
  const coarse = [0x43, 0x53, 0x5b, 0x63, 0x6b, 0x73, 0x7b];
  const given = await palettes(coarse);
  expect(given.found).toEqual(new Set([String(coarse)]));
  expect(given.kl).toBeGreaterThan(shared.kl);
});

describe("the commands", () => {
  const rf8 = (...flags: string[]) =>
    spawnSync(process.execPath, [main, ...flags], { encoding: "utf8" });

  test("calibrate on drawn sequences, on token ids and on nothing else; evaluate takes the result", async () => {
    const { folder } = await written();
    const ids = fresh();
    mkdirSync(ids);
    const file = join(ids, "ids.txt");
    writeFileSync(file, "3 4 5 6 7 8 9 10 11 12 3 2 1\n");
    const [drawn, given] = [fresh(), fresh()];
    const flags = ["--method", "gptq", "--scale", "row", "--bits", "5", "--json"];
    const own = rf8("quantize", folder, "-o", drawn, ...flags, "--sequences", "3", "--length", "9");
    expect([own.stderr, own.status]).toEqual(["", 0]);
    expect(JSON.parse(own.stdout)).toMatchObject({
      bits: 5,
      calibration_tokens: 27,
      calibrate: "self",
    });
    const tokens = rf8("quantize", folder, "-o", given, ...flags, "--calibrate", file);
    expect([tokens.stderr, tokens.status]).toEqual(["", 0]);
    expect(JSON.parse(tokens.stdout)).toMatchObject({ calibration_tokens: 13 });
    const distilled = fresh();
    const more = ["--sequences", "30", "--length", "9", "--distill", "60"];
    const trained = rf8("quantize", folder, "-o", distilled, ...flags, ...more);
    expect(trained.stderr).toBe("");
    const { kl_before_distillation: before, kl_distilled, tensors } = JSON.parse(trained.stdout);
    expect(kl_distilled).toBeLessThan(before);
    expect(tensors[0].changed).toBeGreaterThan(0);
    const table = rf8("quantize", folder, "-o", fresh(), ...flags.slice(0, -1), ...more);
    expect(table.stdout).toContain("nats a token before distillation,");
    const measured = rf8("evaluate", folder, "--quantized", distilled, "--format", "f32", "--json");
    expect(JSON.parse(measured.stdout).rows.map((r: { format: string }) => r.format)).toEqual([
      ...["f32", "f32", "f32", STORED, STORED, STORED],
    ]);
  });

  test("a shared palette is that of a hard-wired decoder, for every matrix", async () => {
    const [{ folder }, output] = [await written(), fresh()];
    const flags = ["--sequences", "4", "--length", "9", "--bits", "4", "--palette", "shared"];
    const run = rf8("quantize", folder, "-o", output, ...flags);
    expect([run.stderr, run.status]).toEqual(["", 0]);
    const [, palette] = /hard-wired by --bits 4 --palette ([0-9a-f]{14})\n/.exec(run.stdout)!;
    expect(rf8("inspect", output).stdout).toContain(`hard-wired by --bits 4 --palette ${palette}`);
    const machine = ["--engine", "model", "--tokens", "1", "--bits", "4", "--palette", palette!];
    const simulated = rf8("simulate", output, ...machine, "--json");
    expect(simulated.stderr).toBe("");
    const bits = JSON.parse(simulated.stdout).layers.map((layer: { bits: number }) => layer.bits);
    expect(new Set(bits)).toEqual(new Set([4]));
    // A chip of this palette has others for other networks.
    const again = rf8("quantize", folder, "-o", fresh(), ...flags.slice(0, -1), palette!, "--json");
    expect(JSON.parse(again.stdout).palette).toBe(palette);
  });

  test.each([
    [["--palette", "shared"], "--palette is for"],
    [["--method", "gptq", "--palette", "shared"], "--palette is for --bits below 8"],
    [["--bits", "6", "--palette", "one"], "must be tensor, shared, or RF8 codes"],
    [["--bits", "4", "--palette", "4380"], "positive canonical RF8 codes"],
    [["--bits", "4", "--palette", "4341"], "in ascending order"],
    [["--bits", "4", "--palette", "0102030405060709"], "a palette of 4 bits is 1 to 7"],
    [["--calibrate", "self"], "--calibrate is for --method gptq"],
    [["--target", "sequential"], "--target is for"],
    [["--distill", "3"], "--distill is for --method gptq"],
    [["--device", "webgpu"], "--device is for --distill"],
    [["--method", "gptq", "--device", "wasm"], "--device is for --distill"],
    [
      ["--method", "gptq", "--distill", "3", "--sequences", "9"],
      "there are 9 sequences of 25 tokens; 10 are needed",
    ],
    [["--method", "gptq", "--rounding", "paper"], "--rounding has no use"],
    [["--scale", "row", "--granularity", "channel"], "--granularity has no use"],
    [["--bits", "6", "--nan", "encode"], "--nan has no use"],
    [["--bits", "3"], "Allowed choices are 8, 7, 6, 5, 4"],
    [["--method", "gptq", "--calibrate", "nowhere.txt"], "nowhere.txt"],
    [["--method", "gptq", "--length", "99"], "the model reads at most 24 tokens"],
    [["--method", "gptq", "--keep", "nothing"], 'holds no tensor "nothing"'],
  ])("%j is refused and nothing is written", async (flags, problem) => {
    const { folder } = await written();
    const output = fresh();
    const run = rf8("quantize", folder, "-o", output, ...flags);
    expect(run.stderr).toContain(problem);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect([run.status === 0, existsSync(output)]).toEqual([false, false]);
  });

  test("another network is not measured as a quantized copy", async () => {
    const [{ folder }, other] = [await written(), await written({ intermediate_size: 12 })];
    const run = rf8("evaluate", folder, "--quantized", other.folder);
    expect(run.stderr).toContain("its matrices are not those of");
  });
});
