import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  inspectCheckpoint,
  openCheckpoint,
  quantizeCheckpoint,
} from "../../src/checkpoint/index.ts";
import { defaults, scratchFolder, values, writeFloats } from "./files.ts";

const folder = scratchFolder();
const path = (name: string): string => join(folder, name);

describe("a model folder with shards works as one", () => {
  const model = path("model");
  const shard = (n: number): string => `model-0000${n}-of-00002.safetensors`;
  const index = (map: Readonly<Record<string, string>>): void =>
    writeFileSync(
      join(model, "model.safetensors.index.json"),
      JSON.stringify({ metadata: { total_size: 64 }, weight_map: map }),
    );
  const good = { a: shard(1), b: shard(2) };
  const lay = (): void => {
    mkdirSync(model, { recursive: true });
    writeFloats(join(model, shard(1)), { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } });
    writeFloats(join(model, shard(2)), { b: { shape: [2, 2], data: Float32Array.of(5, 6, 7, 8) } });
    writeFileSync(join(model, "config.json"), '{"model_type":"llama"}');
    index(good);
  };

  test("quantized to a folder of the same shape, other files along, index rewritten", async () => {
    lay();
    const output = path("model-rf8");
    const { tensors } = await quantizeCheckpoint(model, output, defaults);
    expect(tensors.map((row) => row.name)).toEqual(["a", "b"]);
    expect(readdirSync(output).sort()).toEqual(
      ["config.json", shard(1), shard(2), "model.safetensors.index.json"].sort(),
    );
    expect(JSON.parse(readFileSync(join(output, "model.safetensors.index.json"), "utf8"))).toEqual({
      metadata: { total_size: 8 },
      weight_map: good,
    });
    expect(values(output, "b")).toEqual([5, 6, 7, 8]);
    const reports = await inspectCheckpoint(output);
    expect(reports.map((report) => [report.name, report.dtype, report.max])).toEqual([
      ["a", "RF8", 4],
      ["b", "RF8", 8],
    ]);
    await expect(quantizeCheckpoint(model, output, defaults)).rejects.toThrow(
      "not an empty folder",
    );
  });

  test.each([
    [{ a: shard(1), b: shard(1) }, 'tensor "b" is not in model-00001'],
    [{ a: shard(1) }, "", true],
    [{ a: shard(1), b: "../outside.safetensors" }, "a .safetensors file of this folder is needed"],
    [{ a: shard(1), b: shard(2), c: shard(2) }, 'tensor "c" is not in model-00002'],
  ])("an index that lies is refused: %j", (map, message, accepted = false) => {
    lay();
    index(map);
    if (accepted) openCheckpoint(model).close();
    else expect(() => openCheckpoint(model)).toThrow(message);
  });

  test("a tensor in two shards, and a folder without weights, are refused", () => {
    lay();
    writeFloats(join(model, shard(2)), {
      a: { shape: [1], data: Float32Array.of(5) },
      b: { shape: [1], data: Float32Array.of(5) },
    });
    expect(() => openCheckpoint(model)).toThrow('tensor "a" is in');
    mkdirSync(path("empty"), { recursive: true });
    expect(() => openCheckpoint(path("empty"))).toThrow("holds neither");
  });
});
