import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { engines } from "../../sim/index.ts";
import {
  CoreCircuit,
  CoreMachine,
  type CoreMemoryModel,
  compileCore,
  coreNetwork,
} from "../../src/accelerator/core/index.ts";
import { isDecoder, readModel, rf8Model, writeModel } from "../../src/network/index.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { rf8 } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "rf8-core-faults-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (...names: string[]) => join(folder, ...names);

/** A copy of the quantized model whose tensors are changed. */
function broken(name: string, change: (bytes: Buffer) => Buffer): string {
  cpSync(path("rows"), path(name), { recursive: true });
  const file = path(name, "model.safetensors");
  writeFileSync(file, change(readFileSync(file)));
  return name;
}

beforeAll(async () => {
  await writeModel(path("model"), randomDecoder());
  for (const args of [
    ["quantize", "model", "-o", "rows", "--scale", "row"],
    ["compile", "rows", "-o", "image", "--lanes", "8", "--context", "4"],
  ])
    expect(rf8(folder, ...args).status).toBe(0);
  broken("cut", (bytes) => bytes.subarray(0, -50));
  broken("nan", (bytes) => bytes.fill(0x80, bytes.length - 1));
});

const slow = ["--latency", "150000"];

test.each([
  ["a truncated model", ["cut"], /cut\/model.safetensors: .*it is truncated/],
  [
    "a weight that is NaN",
    ["nan"],
    /nan\/model.safetensors: tensor "[\w.]+": index \d+ is NaN \(0x80\)/,
  ],
  ["more tokens than the cache has room for", ["rows", "--context", "2"], /the cache has 2 pos/],
  [
    "a memory that does not answer",
    ["rows", ...slow],
    /descriptor 0, embed, model.embed_tokens.weight: the memory did not answer for 100,000 cycles/,
  ],
  ["an image in the place of a model", ["image"], /image: holds no config.json/],
] as const)("rf8 simulate --core: %s is one line", (_, [model, ...more], words) => {
  const args = ["simulate", model, "--core", "--lanes", "8", "--tokens", "4", ...more];
  const { status, stdout, stderr } = rf8(folder, ...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

/** The compiled image, changed, and with the checksum of its contents. */
function changed(change: (view: DataView) => void): Uint8Array {
  const image = new Uint8Array(readFileSync(path("image", "image.bin")));
  const view = new DataView(image.buffer);
  change(view);
  view.setUint32(40, crc32(image.subarray(64)), true);
  return image;
}

test("the image of rf8 compile runs, and is refused by its place where it was cut or changed", () => {
  const machine = new CoreMachine(changed(() => {}));
  const product = machine.program.findIndex(({ operation }) => operation === "product");
  const { address } = machine.program[product]!;
  const at = (offset: number) => 64 * (product + 1) + offset;
  for (const token of [1, 2, 3, 4]) machine.next(token);
  expect(() => machine.next(5)).toThrow("the cache has room for 4 tokens");
  const image = readFileSync(path("image", "image.bin"));
  for (const length of [0, 40, 1000, image.length - 1])
    expect(() => new CoreMachine(image.subarray(0, length))).toThrow(
      /^image: \d+ bytes|^image: its/,
    );
  const run = (change: (view: DataView) => void) => () => new CoreMachine(changed(change)).next(1);
  const place = new RegExp(`^descriptor ${product}, product: `);
  for (const [change, words] of [
    [(view: DataView) => view.setUint32(at(24), 2 ** 31, true), /; the memory has \d+/],
    [(view: DataView) => view.setUint32(at(16), 2 ** 31, true), /; the vector memory has \d+/],
    [(view: DataView) => view.setUint8(address, 0x80), /row 0, column 0: the code is NaN/],
  ] as const) {
    expect(run(change)).toThrow(words);
    expect(run(change)).toThrow(place);
  }
  expect(run((view) => view.setUint8(at(0), 14))).toThrow(`descriptor ${product}: operation 14`);
});

test("the circuit says which descriptor a memory leaves without an answer, whenever it begins to", () => {
  const model = readModel(path("rows"));
  if (!isDecoder(model)) throw new Error("the model is a decoder");
  const network = coreNetwork(rf8Model(model), { activation: "int16", context: 4 });
  const program = compileCore(network, { lanes: 8, terms: 2 });
  for (const answered of [0, 100, 1000, 4000]) {
    const stalls = new Uint32Array(answered + 300_000).fill(7, answered);
    const memory: CoreMemoryModel = { latency: 1, outstanding: 2, stalls };
    const circuit = new CoreCircuit(program, { engine: engines.wasm, memory });
    try {
      const run = () => [1, 2, 3, 4].map((token) => circuit.next(token));
      expect(run).toThrow(
        /^descriptor \d+, \w+, .*: the memory did not answer for 100,000 cycles$/,
      );
    } finally {
      circuit.close();
    }
  }
  const circuit = new CoreCircuit(program, {
    engine: engines.wasm,
    memory: { latency: 1, outstanding: 2 },
  });
  for (const token of [1, 2, 3, 4]) circuit.next(token);
  expect(() => circuit.next(5)).toThrow("the cache has room for 4 tokens");
  circuit.close();
});
