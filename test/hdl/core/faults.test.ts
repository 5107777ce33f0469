import fc from "fast-check";
import { expect, test } from "vitest";
import { core } from "../../../hdl/core/core.ts";
import { engines } from "../../../sim/index.ts";
import {
  CoreCircuit,
  CoreMachine,
  compileCore,
  coreMemory,
  coreNetwork,
  type Descriptor,
  descriptorFields as fields,
  imageOf,
  operations,
} from "../../../src/accelerator/core/index.ts";
import { rf8Model } from "../../../src/network/index.ts";
import { crc32 } from "../../../tools/crc.ts";
import { randomDecoder, smallConfig } from "../../network/random-decoder.ts";

const network = coreNetwork(rf8Model(randomDecoder({ ...smallConfig, num_hidden_layers: 1 }, 3)), {
  activation: "int16",
  context: 4,
});
const program = compileCore(network, { lanes: 8, terms: 2 });
const dut = engines.wasm.open(core(program.core), {
  models: {
    memory: coreMemory(program.header.memoryBytes, { latency: 1, outstanding: 2 }),
    stop: { kind: "until", signal: "busy", values: [0] },
  },
});

/** The descriptor of an operation, the first of its kind, and its number. */
function first(operation: Descriptor["operation"]): { index: number; descriptor: Descriptor } {
  const index = program.steps.findIndex((step) => step.descriptor.operation === operation);
  return { index, descriptor: program.steps[index]!.descriptor };
}

interface Change {
  readonly image?: (view: DataView) => void;
  readonly position?: number;
}

/** What a token on a changed image leaves. */
function outcome({ image: change, position = 0 }: Change) {
  const contents = imageOf(program);
  change?.(new DataView(contents.buffer));
  dut.reset();
  const { slot } = dut.in;
  Object.assign(slot, { enable: true, token: 1n, position: BigInt(position) });
  dut.step();
  slot.enable = false;
  Object.assign(dut.in, { start: true, first_descriptor: 64n, positions: 4n });
  dut.step();
  dut.in.start = false;
  const { cycles } = dut.run({ memory: { contents } }, 1_000_000);
  const { invalid, saturated, refused, place } = dut.out;
  const status = Object.entries({ invalid, saturated, refused }).filter(([, set]) => set);
  return { status: status.map(([name]) => name), place: Number(place), cycles };
}

/** Writes a field of a descriptor. */
const write =
  (index: number, name: keyof typeof fields, value: number) =>
  (view: DataView): void => {
    const { offset, kind } = fields[name];
    const at = 64 * (index + 1) + offset;
    if (kind === "u8") view.setUint8(at, value);
    else if (kind === "u16" || kind === "i16") view.setUint16(at, value & 0xffff, true);
    else view.setUint32(at, value, true);
  };

/** What the machine says of a changed image that has the checksum of its contents. */
function said(change: (view: DataView) => void): string {
  const image = imageOf(program);
  const view = new DataView(image.buffer);
  change(view);
  view.setUint32(40, crc32(image.subarray(64)), true);
  try {
    new CoreMachine(image).next(1);
    return "";
  } catch (error) {
    return String(error);
  }
}

test("nothing is said of what is right, and the last descriptor is the place", () => {
  const { status, place } = outcome({});
  expect(status).toEqual([]);
  expect(place).toBe(program.steps.length - 1);
});

test("a weight that is NaN, and one of the embedding, by their descriptors, as the machine has it", () => {
  const { index, descriptor } = first("product");
  const nan = (view: DataView): void => view.setUint8(descriptor.address + 1, 0x80);
  expect(outcome({ image: nan })).toMatchObject({ status: ["invalid"], place: index });
  expect(said(nan)).toContain(
    `descriptor ${index}, product: row 0, column 1: the code is NaN (0x80), byte ${descriptor.address + 1}`,
  );
  const { descriptor: embed } = first("embed");
  const row = (view: DataView): void => view.setUint8(embed.address + embed.stride + 2, 0x80);
  expect(outcome({ image: row })).toMatchObject({ status: ["invalid"], place: 0 });
  expect(said(row)).toContain("descriptor 0, embed: row 1, column 2: the code is NaN");
});

test("a number beyond the cache's largest code", () => {
  const { index } = first("store");
  expect(outcome({ image: write(index, "exponent", -60) })).toMatchObject({
    status: ["saturated"],
    place: index,
  });
});

test("a token for a full cache is refused before anything is done", () => {
  expect(outcome({ position: 3 }).status).toEqual([]);
  const { status, place, cycles } = outcome({ position: 4 });
  expect([status, place]).toEqual([["refused"], 0]);
  expect(cycles).toBeLessThan(30);
});

const { words, columns } = program.core;
const cases: readonly (readonly [Descriptor["operation"], keyof typeof fields, number])[] = [
  ["product", "flags", 8 + 1],
  ["norm", "flags", 1],
  ["product", "rows", 0],
  ["product", "columns", 0],
  ["product", "columns", columns + 1],
  ["product", "target", words],
  ["product", "source", words - 1],
  ["product", "rows", 2 ** 32 - 1],
  ["load", "columns", words + 1],
  ["load", "target", 2 ** 32 - 1],
  ["norm", "rows", 0],
  ["norm", "rows", 2 ** 31],
  ["norm", "other", words - 1],
  ["rotate", "rows", 0],
  ["rotate", "rows", 2 ** 32 - 2],
  ["rotate", "positions", 2 ** 31],
  ["rotate", "other", words],
  ["store", "columns", 0],
  ["store", "positions", 0],
  ["store", "source", words],
  ["scores", "positions", 0],
  ["scores", "target", words],
  ["softmax", "positions", 0],
  ["means", "rows", 0],
  ["means", "target", words - 1],
  ["multiply", "other", words],
  ["add", "columns", words + 1],
  ["function", "source", words],
];

test.each(cases)("%s with %s %i is refused by its number", (operation, name, value) => {
  const { index } = first(operation);
  expect(outcome({ image: write(index, name, value) })).toMatchObject({
    status: ["refused"],
    place: index,
  });
});

test("operations that are none are refused", () => {
  for (const number of [14, 15]) {
    const change = (view: DataView): void => view.setUint8(64 * 6, number);
    expect(outcome({ image: change })).toMatchObject({ status: ["refused"], place: 5 });
  }
});

test("no descriptor hangs the core, whatever is in it", () => {
  const value = fc.oneof(fc.nat(2 * words), fc.nat(40), fc.constant(2 ** 32 - 1));
  const names = ["rows", "columns", "target", "source", "other", "positions", "flags"] as const;
  fc.assert(
    fc.property(
      fc.nat(program.steps.length - 2),
      fc.nat(15),
      fc.array(value, { minLength: names.length, maxLength: names.length }),
      (index, operation, values) => {
        const image = (view: DataView): void => {
          for (const [i, name] of names.entries()) write(index, name, values[i]!)(view);
          // Of a product that keeps its greatest result alone, rows may be as many as the memory has.
          if (operation === operations.indexOf("product")) write(index, "flags", 0)(view);
          view.setUint8(64 * (index + 1), operation);
        };
        try {
          // It is an error where the core is still busy.
          outcome({ image });
        } catch (error) {
          expect(String(error)).toMatch(/byte \d+ is asked for; the memory has/);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("an address beyond the memory is told, by machine and circuit", () => {
  const { index } = first("product");
  const far = write(index, "address", 2 ** 30);
  expect(said(far)).toContain(`descriptor ${index}, product: bytes ${2 ** 30} to`);
  expect(() => outcome({ image: far })).toThrow(
    `byte ${2 ** 30} is asked for; the memory has ${program.header.memoryBytes}`,
  );
});

test("a memory that never answers is told with the descriptor that waits", () => {
  const circuit = new CoreCircuit(program, {
    engine: engines.wasm,
    memory: { latency: 0, outstanding: 1, stalls: Uint32Array.of(7) },
  });
  try {
    expect(() => circuit.next(1)).toThrow(
      /^descriptor 0, embed, .*: the memory did not answer for 100,000 cycles$/,
    );
  } finally {
    circuit.close();
  }
});
