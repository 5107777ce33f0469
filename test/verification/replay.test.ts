import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, input, type Module, module, mutants, output, queue, uint } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { type Property, propertiesOf, prove, type Trace } from "../../formal/index.ts";
import { accumulate } from "../../hdl/accumulate.ts";
import { mac } from "../../hdl/mac.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product } from "../../hdl/product/product.ts";
import { regressionTests } from "../../src/verification/regression-test.ts";
import { replay } from "../../src/verification/replay.ts";

/** The property of a circuit, of a module that has a mistake. */
function broken(property: Property, wrong: Module): Property {
  return { ...property, subject: wrong };
}

async function counterExample(property: Property): Promise<Trace> {
  const verdict = await prove(property);
  if (verdict.verdict !== "disproved") {
    throw new Error(`${verdict.verdict}: a counter-example was expected`);
  }
  return verdict.trace;
}

const mutantOf = (module: Module, what: RegExp): Module =>
  [...mutants(module)].find((mutant) => what.test(mutant.what))!.module;

describe("what the prover disproves fails in the in-process simulator too", () => {
  test.each<[string, Property, Module]>([
    ["decode", propertiesOf("decode", {})[0]!, mutantOf(decode({}), /^subtract: inverted/)],
    ["product", propertiesOf("product", {})[0]!, mutantOf(product(), /^first: bit 8 stuck at 0/)],
    [
      "accumulate",
      propertiesOf("accumulate", {})[0]!,
      mutantOf(accumulate(), /^base: bit 20 stuck at 1/),
    ],
    [
      "accumulate",
      propertiesOf("accumulate", {})[0]!,
      mutantOf(accumulate(), /^acc: bit 3 wrong after a reset/),
    ],
    [
      "mac",
      propertiesOf("mac", { pipeline: 2 })[0]!,
      mutantOf(mac({ pipeline: 2 }), /^operands_weight: bit 6 stuck at 0/),
    ],
  ])("%s", async (_, property, wrong) => {
    const trace = await counterExample(broken(property, wrong));
    const { differs, wave } = replay(wrong, trace);
    expect(differs).toBe(true);
    expect(wave).toContain("model");
    expect(replay(property.subject!, trace).differs).toBe(false);
  });
});

test("weights are decoded, the model stands beside the outputs", () => {
  const trace = {
    cycles: 4,
    resets: [],
    inputs: {
      weight: [0x3cn, 0xb9n, 0x80n, 0n],
      activation: [3n, 0xffn, 5n, 5n],
      enable: [1n, 1n, 1n, 0n],
      clear: [1n, 0n, 0n, 0n],
    },
  };
  expect(replay(mac(), trace)).toEqual({
    differs: false,
    wave: `
cycle                0           1     2     3
weight              60         185   128     0
  decoded   1.0625·2^7  -0.875·2^7   NaN     0
activation           3          -1     5     ·
enable      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~\\_____
clear       ~~~~~~~~~~\\_______________________
sum                  0        6528  8320     ·
  model              0        6528  8320     ·
invalid              0           ·     ·     1
  model              0           ·     ·     1
overflow             0           ·     ·     ·
  model              0           ·     ·     ·
`.trim(),
  });
});

test("a reset in the middle starts the model again", () => {
  const ones = [1n, 1n, 1n, 1n];
  const inputs = { enable: ones, clear: [0n, 0n, 0n, 0n], product: ones, invalid_product: ones };
  const { differs, wave } = replay(accumulate(), { cycles: 4, resets: [1], inputs });
  expect(differs).toBe(false);
  expect(wave).toMatch(/^reset .*~.*\nenable/m);
  expect(wave).toMatch(/^sum +0 +1 +0 +1$/m);
});

test("the bits of an empty queue are not compared", () => {
  const module = queue({ type: uint(4), depth: 2 });
  const inputs = {
    source_valid: [1n, 1n, 0n, 0n],
    source_bits: [1n, 2n, 3n, 4n],
    sink_ready: [0n, 1n, 1n, 1n],
  };
  expect(replay(module, { cycles: 4, resets: [], inputs }).differs).toBe(false);
});

test("a trace that does not fit says so", () => {
  const inputs = { weight: [1n], activation: [] };
  expect(() => replay(product(), { cycles: 1, resets: [], inputs })).toThrow(
    new RangeError("input activation of product: 1 values are needed, the trace has 0"),
  );
});

test("the regression test that is written passes on the right circuit, and says so on a wrong one", async () => {
  const [property] = propertiesOf("accumulate", { accumulator: 24 }) as [Property];
  const module = accumulate({ accumulator: 24 });
  const trace = await counterExample(
    broken(property, mutantOf(module, /^base: bit 20 stuck at 1/)),
  );
  const text = regressionTests([
    { property, trace },
    {
      property: {
        ...property,
        circuit: "queue",
        parameters: { width: 8, depth: 2 },
        subject: queue({ type: uint(8), depth: 2 }),
      },
      trace: {
        cycles: 1,
        resets: [],
        inputs: { source_valid: [1n], source_bits: [5n], sink_ready: [0n] },
      },
    },
  ]);
  expect(text).toContain('import { accumulate, queue, replay, uint } from "rf8";');
  const folder = fileURLToPath(new URL("../../node_modules/.cache/regression", import.meta.url));
  mkdirSync(folder, { recursive: true });
  // Its two tests, run here: `test` calls its body, `expect` is this one.
  const body = text.replace(/import .* from "vitest";\n/, "");
  writeFileSync(
    `${folder}/written.ts`,
    `import { expect } from "vitest";\nconst test = (_: string, run: () => void): void => run();\n${body}`,
  );
  await import(/* @vite-ignore */ `${folder}/written.ts`);
});

test("an assertion that the circuit states itself fails in the replay", () => {
  const limited = (most: number) =>
    module({ name: "limited", ports: { x: input(uint(4)), y: output(uint(4)) } }, (io) => {
      assert(io.x.lt(most), "in_range");
      io.y.set(io.x);
    });
  const trace = { cycles: 2, resets: [], inputs: { x: [3n, 9n] } };
  const { differs, wave } = replay(limited(9), trace);
  expect(differs).toBe(true);
  expect(wave).toContain("assert in_range fails in cycle 1");
  expect(replay(limited(10), trace).differs).toBe(false);
});
