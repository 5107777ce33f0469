import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quantizeCheckpoint } from "../../src/checkpoint/index.ts";
import { seededRandom } from "../../src/format/index.ts";
import { isMlp, mlp, readModel, writeModel } from "../../src/network/index.ts";
import { message, withFloat } from "../../src/network/onnx/protobuf.ts";
import { defaults, scratchFolder, writeFloats } from "../checkpoint/files.ts";
import { main } from "../cli/run.ts";
import { needsPython, python } from "../support/native.ts";
import { randomDecoder } from "./random-decoder.ts";

const folder = scratchFolder();

test("protobuf: the examples of its documentation", () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  expect(hex(message([1, 150]))).toBe("089601");
  expect(hex(message([2, "testing"]))).toBe("120774657374696e67");
  expect(hex(message([3, message([1, 150])]))).toBe("1a03089601");
  expect(hex(message([20, 2 ** 40]))).toBe("a001808080808020");
  expect(hex(withFloat(message(), 2, 1))).toBe("150000803f");
  expect(() => message([1, -1])).toThrow(RangeError);
});

const activations = ["relu", "leaky_relu", "gelu", "gelu_tanh", "silu", undefined] as const;

test.each(["tensor", "channel"] as const)(
  "an MLP of every activation in RF8 per %s: onnxruntime gives our outputs",
  async (granularity) => {
    const floats = join(folder, `floats-${granularity}`);
    mkdirSync(floats);
    const random = seededRandom(4);
    const values = (length: number): Float32Array =>
      Float32Array.from({ length }, () => (random.next() >>> 0) / 2 ** 32 - 0.5);
    const widths = [9, 16, 12, 8, 11, 7, 5];
    const layers = activations.map((activation, i) => ({
      weight: `w${i}`,
      ...(i !== 2 && { bias: `b${i}` }),
      ...(activation && { activation }),
      ...(activation === "leaky_relu" && { negative_slope: 0.2 }),
    }));
    const tensors = layers.flatMap(({ weight, bias }, i) => [
      [weight, { shape: [widths[i + 1]!, widths[i]!], data: values(widths[i]! * widths[i + 1]!) }],
      ...(bias ? [[bias, { shape: [widths[i + 1]!], data: values(widths[i + 1]!) }]] : []),
    ]);
    writeFloats(join(floats, "model.safetensors"), Object.fromEntries(tensors));
    writeFileSync(join(floats, "config.json"), JSON.stringify({ model_type: "mlp", layers }));
    const rf8 = join(folder, `rf8-${granularity}`);
    await quantizeCheckpoint(floats, rf8, { ...defaults, granularity });
    const file = join(folder, `${granularity}.onnx`);
    const run = spawnSync(process.execPath, [main, "export", rf8, "-o", file], {
      encoding: "utf8",
    });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const model = readModel(rf8);
    if (!isMlp(model)) throw new Error("no MLP");
    // The codes are in the file as they are.
    const bytes = readFileSync(file);
    expect(bytes.includes(Buffer.from(model.tensors.get("w1")!.rf8!.codes))).toBe(true);

    needsPython("onnxruntime");
    const inputs = values(4 * 9);
    const script = `
import sys, numpy as np, onnxruntime
x = np.frombuffer(sys.stdin.buffer.read(), "<f4").reshape(4, 9)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
sys.stdout.buffer.write(session.run(["y"], {"x": x})[0].tobytes())
`;
    const python3 = spawnSync(python, ["-c", script, file], {
      input: Buffer.from(inputs.buffer),
    });
    expect(python3.stderr.toString()).toBe("");
    const found = new Float32Array(new Uint8Array(python3.stdout).buffer);
    const network = mlp(model);
    const expected = Array.from({ length: 4 }, (_, i) => [
      ...network(inputs.subarray(9 * i, 9 * (i + 1))),
    ]).flat();
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
  },
);

test("a name that is not .onnx, and a network that is no MLP, are refused", async () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, "export", ...args], { encoding: "utf8" });
  expect(run("nothing", "-o", "x.bin").stderr).toBe("error: x.bin: end its name in .onnx\n");
  const decoder = join(folder, "decoder");
  await writeModel(decoder, randomDecoder());
  expect(run(decoder, "-o", join(folder, "d.onnx")).stderr).toContain(
    "its model_type is llama; export writes MLPs",
  );
});
