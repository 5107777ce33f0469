import { expect, test } from "vitest";
import { product } from "../../hdl/product/product.ts";
import { engines } from "../../sim/index.ts";
import { jobs } from "../../src/bench/jobs.ts";
import { referenceOf } from "../../src/verification/model-of.ts";

/** Beats that a stream takes in the played cycles. */
const transfers = (columns: Readonly<Record<string, ArrayLike<number | bigint>>>, name: string) =>
  Array.from(columns[`${name}_tvalid`]!).filter(
    (valid, cycle) => Number(valid) + Number(columns[`${name}_tready`]![cycle]) === 2,
  ).length;

test("a job of the accelerator plays back what its models do", async () => {
  const { module, played, products, run } = await jobs["accelerator 4x16"]!();
  expect(run()).toBe(played.cycles);
  const found = engines.wasm.open(module).batch(played.columns, played.cycles);
  const all = { ...played.columns, ...found };
  const beats = products! / (4 * 16);
  expect(["result", "activation", "weight"].map((name) => transfers(all, name))).toEqual([
    512 / 4,
    1024 / 16,
    beats,
  ]);
});

test("the netlist is the product", async () => {
  const { module, played, run } = await jobs["product netlist, 4096 stimuli"]!();
  const found = engines.wasm.open(module).batch(played.columns, played.cycles);
  const wanted = referenceOf(product({}))(
    { ...played.columns, activation: Int8Array.from(played.columns.activation as Uint8Array) },
    played.cycles,
  );
  for (const [name, column] of Object.entries(wanted)) {
    const width = 2 ** module.portList.find((port) => port.name === name)!.type.width;
    const bits = Array.from(
      column as ArrayLike<number | bigint>,
      (value) => (Number(value) + width) % width,
    );
    expect(Array.from(found[name]!, Number)).toEqual(bits);
  }
  expect(run()).toBe(played.cycles);
});
