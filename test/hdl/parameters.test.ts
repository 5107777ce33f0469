import { queue, uint } from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { accelerator } from "../../hdl/accelerator/accelerator.ts";
import { accumulate } from "../../hdl/accumulate.ts";
import { dot } from "../../hdl/dot.ts";
import { mac } from "../../hdl/mac.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product } from "../../hdl/product/product.ts";
import { processingElement } from "../../hdl/systolic/processing-element.ts";
import { streamingArray } from "../../hdl/systolic/stream/array.ts";
import { systolic } from "../../hdl/systolic/systolic.ts";

// What plain JavaScript and JSON let through.
// biome-ignore lint/suspicious/noExplicitAny: as said
type Loose = (parameters: any) => unknown;

const circuits: Readonly<Record<string, Loose>> = {
  accelerator,
  accumulate,
  streamingArray,
  decode,
  dot,
  mac,
  product,
  systolic,
  processingElement: (given) => processingElement({ activation: "int8", width: 29, ...given }),
  queue: (given) => queue({ type: uint(8), depth: 2, ...given }),
};

describe.each(Object.entries(circuits))("%s", (_name, build) => {
  test("refuses a parameter that it does not have, naming those that it has", () => {
    expect(() => build({ pipline: 7 })).toThrow(
      /^(there is no parameter|a queue has no parameter) `?pipline`?; (this circuit|it) has /,
    );
    expect(() => build(JSON.parse('{"__proto__":1}'))).toThrow(/parameter `?__proto__/);
  });
});

test.each([
  [{ pipeline: "2" }, 'pipeline is "2"; it must be 0, 1, 2 or 3'],
  [{ pipeline: null }, "pipeline is null; it must be 0, 1, 2 or 3"],
  [{ pipeline: 1.5 }, "pipeline is 1.5; it must be 0, 1, 2 or 3"],
  [{ accumulator: Number.NaN }, "accumulator is NaN; it must be exact or a width from 8 to 64"],
  [{ accumulator: 40n }, "accumulator is 40; it must be exact or a width from 8 to 64"],
  [{ activation: "int4" }, "activation is int4; it must be int8, int16 or e4m3"],
  ["pipeline", 'the parameters of a circuit are an object such as { format }, not "pipeline"'],
  [[3], "the parameters of a circuit are an object such as { format }, not [3]"],
])("mac refuses wrong values, case %#", (given, message) => {
  expect(() => (mac as Loose)(given)).toThrow(message);
});

test("a parameter that is undefined has its default", () => {
  expect((mac as Loose)({ pipeline: undefined })).toBe(mac());
});
