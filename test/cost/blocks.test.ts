import { bool, input, instance, memory, module, output, uint } from "@chisel-ts/core";
import { expect, test } from "vitest";
import { matrix } from "../../hdl/core/matrix.ts";
import { dot } from "../../hdl/dot.ts";
import { decode } from "../../hdl/product/decode.ts";
import { product } from "../../hdl/product/product.ts";
import {
  synthesize,
  synthesizeBlocks,
  synthesizeFpga,
  synthesizeFpgaBlocks,
} from "../../src/cost/index.ts";

/** Two decoders behind a memory. */
const ports = {
  address: input(uint(2), "word"),
  data: input(uint(8), "what is written"),
  enable: input(bool(), "write"),
  exponent: output(uint(4), "exponents of the word read"),
};
const buffered = module({ name: "buffered", ports }, (io) => {
  const words = memory("words", { depth: 4, type: uint(8) });
  words.write(io.address, io.data, io.enable);
  const weight = words.readCombinational(io.address);
  const first = instance("first", decode(), { weight });
  const second = instance("second", decode(), { weight: weight.not() });
  io.exponent.set(first.exponent.xor(second.exponent));
});

test("the area of a block is what its module takes by itself; a memory is a block of flip-flops", async () => {
  const { result, blocks } = await synthesizeBlocks(buffered);
  const areas = Object.fromEntries(blocks.map(({ block, area_ge }) => [block, area_ge]));
  expect(blocks.map(({ circuit }) => circuit).sort()).toEqual(
    ["buffered", "buffered, memories", "decode", "decode"].sort(),
  );
  const alone = await synthesize(decode());
  expect(areas["buffered.first"]).toBeCloseTo(alone.area_ge, 4);
  expect(areas["buffered.second"]).toBeCloseTo(alone.area_ge, 4);
  const total = blocks.reduce((sum, { area_ge }) => sum + area_ge, 0);
  expect(total).toBeCloseTo(result.area_ge, 2);
  const memories = blocks.find(({ circuit }) => circuit === "buffered, memories");
  expect(memories?.sequential_ge).toBeCloseTo(result.sequential_ge, 2);
  expect(result.memory_bits).toBe(32);
});

test("blocks of an FPGA are what their modules take by themselves", async () => {
  const { total, blocks } = await synthesizeFpgaBlocks(product(), "ice40");
  const inner = blocks.find(({ block }) => block === "product.decoder");
  const { luts } = await synthesizeFpga(decode(), "ice40");
  expect(inner).toMatchObject({ circuit: "decode", luts, dsps: 0 });
  expect(total.luts).toBe(blocks.reduce((sum, block) => sum + block.luts, 0));
});

const dsps = async (module: Parameters<typeof synthesizeFpgaBlocks>[0]) => {
  const { blocks } = await synthesizeFpgaBlocks(module, "ecp5", { dsp: true });
  return Object.fromEntries(blocks.map((block) => [block.block, block.dsps]));
};

test("no DSP block is in the path of the weights, where yosys may use as many as it likes", async () => {
  const found = await dsps(matrix({ activation: "int8", lanes: 8, vectorLanes: 1, columns: 8 }));
  const { core_matrix: scaling = 0, ...path } = found;
  // 32 by 16 bits, behind the sum of a row.
  expect(scaling).toBe(2);
  expect(Object.keys(path)).toHaveLength(1 + 1 + 2 * 8);
  expect(Object.values(path).every((count) => count === 0)).toBe(true);
});

test("the same lanes with weights of INT8 take a DSP block each", async () => {
  const found = await dsps(dot({ format: "int8", lanes: 2, accumulator: 32 }));
  expect(Object.values(found).reduce((sum, count) => sum + count)).toBe(2);
});
