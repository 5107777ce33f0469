import type { Module } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { dot } from "../../../../hdl/dot.ts";
import { mac } from "../../../../hdl/mac.ts";
import { product } from "../../../../hdl/product/product.ts";
import { processingElement } from "../../../../hdl/systolic/processing-element.ts";
import { flatten } from "../../../../sim/flatten.ts";
import type { Netlist } from "../../../../sim/netlist.ts";
import { laneKernel } from "../../../../sim/wasm/groups.ts";
import { valuesOf } from "../../../../sim/wasm/lane-layout.ts";
import { profileOf } from "../../../../sim/wasm/profile.ts";
import { elementFor } from "../../../../sim/wasm/simd/element.ts";
import { recordedEdge } from "../../../../sim/wasm/simd/kernel.ts";

/** Vector instructions that a clock edge of 16 lanes takes, with the outputs of each recorded. */
function instructionsOf(kernel: Netlist): number {
  const lanes = Array.from({ length: 16 }, (_, lane) => lane);
  const laneOf = new Map(lanes.map((lane) => [lane, lane]));
  const group = { name: "lanes", kernel, lanes, laneOf, results: [], stateName: () => "" };
  const arrayOf = (width: number) => ({ address: 64, bytes: elementFor(width), width });
  const layout = {
    group,
    lanes: 16,
    values: valuesOf(group, () => 64),
    inputs: kernel.inputs.map(({ type }) => ({
      ...arrayOf(type.width),
      lanesEach: 1,
      inPlace: true,
    })),
  };
  const recorded = kernel.outputs.map(({ slot, type }) => ({
    ...arrayOf(type.width),
    slot,
    signed: type.kind === "sint",
  }));
  return profileOf([recordedEdge("edge", layout, recorded)], "edge").total.vector;
}

/** Instructions as the circuit says it, and as it is compiled. */
function both(circuit: Module): readonly [number, number] {
  const kernel = laneKernel(circuit, []);
  if (!kernel) throw new Error(`${circuit.name} has no lanes`);
  return [flatten(circuit, { watch: [] }), kernel].map(instructionsOf) as [number, number];
}

const [int8, int16] = [{ activation: "int8" }, { activation: "int16" }] as const;

// Of every 16 lanes; what is left of a product is its shift, and what reads and writes memory.
test.each<readonly [string, Module, number]>([
  ["a product of INT16", product(int16), 0.3],
  ["one of INT8", product(int8), 0.38],
  ["of E4M3 and INT16", product({ ...int16, format: "e4m3" }), 0.7],
  ["a MAC of INT16", mac(int16), 0.65],
  ["one of INT8", mac(int8), 0.8],
  ["a dot product of INT16", dot({ ...int16, lanes: 4 }), 0.45],
  ["an element of a systolic array", processingElement({ ...int16, width: 48 }), 0.6],
])("%s takes fewer instructions", (_, circuit, share) => {
  const [said, compiled] = both(circuit);
  expect(compiled / said).toBeLessThan(share);
});

const products = [int8, int16].flatMap((activation) => [
  ...(["ripple", "sklansky"] as const).flatMap((adder) => [
    { ...activation, adder },
    { ...activation, adder, format: "e5m2" } as const,
  ]),
  ...(["operator", "array", "booth-dadda"] as const).flatMap((multiplier) => [
    { ...activation, multiplier, format: "int8" } as const,
    { ...activation, multiplier, format: "e4m3" } as const,
  ]),
]);

test.each(products)("no product takes more: %o", (parameters) => {
  const [said, compiled] = both(product(parameters));
  expect(compiled).toBeLessThanOrEqual(said);
});
