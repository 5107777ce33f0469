import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeHeader } from "../../../src/accelerator/core/header.ts";
import {
  type CompileOptions,
  CoreMachine,
  type CoreOptions,
  type CoreProgram,
  compileCore,
  coreNetwork,
  decodeDescriptor,
  descriptor,
  descriptorFields,
  encodeDescriptor,
  IntegerDecoder,
  imageOf,
  imagePieces,
  layoutListing,
  operations,
  programListing,
} from "../../../src/accelerator/core/index.ts";
import { argmax } from "../../../src/model/core/index.ts";
import {
  type DecoderConfig,
  isDecoder,
  type Model,
  readModel,
  rf8Model,
} from "../../../src/network/index.ts";
import { familyCases, familySizes } from "../../network/family-cases.ts";
import { randomDecoder, smallConfig, withRowScales } from "../../network/random-decoder.ts";

const options: CoreOptions = { activation: "int16", context: 16 };
const layout: CompileOptions = { lanes: 16, terms: 2 };
const tokens = Array.from({ length: 16 }, (_, i) => (7 * i * i + 3) % 17);

/** Every token's results, by the integer model and by descriptors. */
function expectEqual(
  model: Model<DecoderConfig>,
  core: CoreOptions,
  compile: CompileOptions,
): void {
  const network = coreNetwork(model, core);
  const machine = new CoreMachine(imageOf(compileCore(network, compile)));
  const decoder = new IntegerDecoder(network, compile.terms === 2 ? "rf8x2" : "rf8");
  for (const token of tokens.slice(0, core.context)) {
    const expected = decoder.next(token);
    const { token: next, results } = machine.next(token);
    expect(results).toEqual(expected);
    expect(next).toBe(argmax(expected.values));
  }
}

/** What the core refuses, which the tests of the integer model have. */
const refused = ([model_type, keys]: (typeof familyCases)[number]): boolean =>
  ["stablelm", "olmo2", "olmo3"].includes(model_type) ||
  ("attn_logit_softcapping" in keys && keys.attn_logit_softcapping !== null);

test.each(familyCases.filter((one) => !refused(one)))(
  "descriptors give what the integer model of %s gives, bit for bit, %j",
  (model_type, keys) => {
    if (model_type === "gemma2" && !("attn_logit_softcapping" in keys)) return;
    expectEqual(
      rf8Model(randomDecoder({ ...familySizes, model_type, ...keys }, 3)),
      options,
      layout,
    );
  },
);

test("with any lanes, terms, activations, rows with factors, and a window shorter than the sequence", () => {
  const keys = { ...smallConfig, sliding_window: 5, tie_word_embeddings: true };
  fc.assert(
    fc.property(
      fc.record({
        lanes: fc.integer({ min: 1, max: 70 }),
        terms: fc.constantFrom(1 as const, 2 as const),
      }),
      fc.constantFrom("int8" as const, "int16" as const),
      fc.integer({ min: 1, max: 24 }),
      fc.boolean(),
      (compile, activation, context, scaled) => {
        const model = randomDecoder(keys, compile.lanes);
        const weights = scaled ? withRowScales(model) : rf8Model(model);
        expectEqual(weights, { activation, context }, compile);
      },
    ),
    { numRuns: 25 },
  );
});

/** Images of a program with changed bytes and the checksum of their contents. */
function changes(program: CoreProgram) {
  const image = imageOf(program);
  const changed = (change: (bytes: Uint8Array) => void): CoreMachine => {
    const bytes = image.slice();
    change(bytes);
    bytes.set(encodeHeader(program.header, crc32(bytes.subarray(64))));
    return new CoreMachine(bytes);
  };
  return {
    at: (index: number, fields: object) => (bytes: Uint8Array) => {
      const given = program.steps[index]!.descriptor;
      bytes.set(encodeDescriptor({ ...given, ...fields }), 64 * (index + 1));
    },
    run: (change: (bytes: Uint8Array) => void) => () => changed(change).next(1),
    first: (operation: string) =>
      program.steps.findIndex((step) => step.descriptor.operation === operation),
  };
}

const small = () => compileCore(coreNetwork(rf8Model(randomDecoder(smallConfig)), options), layout);

describe("descriptors", () => {
  test("every field comes back, whatever its bits", () => {
    const limits = {
      u8: [0, 255],
      u16: [0, 65535],
      i16: [-32768, 32767],
      u32: [0, 2 ** 32 - 1],
      u64: [0, 2 ** 53 - 1],
    };
    const values = fc.record(
      Object.fromEntries(
        Object.entries(descriptorFields).map(([name, { kind }]) => [
          name,
          fc
            .maxSafeInteger()
            .map(
              (n) => limits[kind][0]! + (Math.abs(n) % (limits[kind][1]! - limits[kind][0]! + 1)),
            ),
        ]),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...operations), values, (operation, given) => {
        const made = descriptor(operation, given);
        expect(decodeDescriptor(encodeDescriptor(made))).toEqual(made);
      }),
    );
  });

  test("fields fill 64 bytes but 40 to 47, without touching each other", () => {
    const bytes = { u8: 1, u16: 2, i16: 2, u32: 4, u64: 8 };
    const used = [
      0,
      ...Object.values(descriptorFields).flatMap(({ offset, kind }) =>
        Array.from({ length: bytes[kind] }, (_, i) => offset + i),
      ),
    ];
    const all = Array.from({ length: 64 }, (_, i) => i);
    expect(used.toSorted((a, b) => a - b)).toEqual(all.filter((i) => i < 40 || i > 47));
  });

  test("a value that the bits do not hold is refused by its field", () => {
    expect(() => descriptor("load", { exponent: 40000 })).toThrow(
      "load: exponent is 40000; -32768 to 32767",
    );
    expect(() => descriptor("load", { columns: 0.5 })).toThrow("columns is 0.5");
    expect(() => decodeDescriptor(new Uint8Array(64).fill(200))).toThrow(
      "operation 200; 0 to 13 are known",
    );
  });
});

describe("an image", () => {
  test("has the same bytes each time, in pieces as in whole", () => {
    const [one, other] = [imageOf(small()), imageOf(small())];
    expect(one).toEqual(other);
    expect(Buffer.concat([...imagePieces(small())])).toEqual(Buffer.from(one));
  });

  test("that was cut, lengthened or changed anywhere is refused, and nothing else happens", () => {
    const image = imageOf(small());
    for (const length of [0, 3, 63, 64, image.length - 1])
      expect(() => new CoreMachine(image.slice(0, length))).toThrow(/^image: /);
    expect(() => new CoreMachine(Uint8Array.of(...image, 0))).toThrow("its header says");
    fc.assert(
      fc.property(fc.nat(image.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const wrong = image.slice();
        wrong[at] = (wrong[at] ?? 0) ^ change;
        // Bytes of the header that say a size of something that is only larger are found when it is used, or do no harm.
        try {
          new CoreMachine(wrong).next(1);
        } catch (error) {
          expect((error as Error).name).toBe("CoreError");
        }
      }),
    );
  });

  test("a wrong descriptor, a NaN among weights, a full cache and a wrong token are told by their place", () => {
    const program = small();
    const image = imageOf(program);
    const { at, run, first } = changes(program);
    const product = first("product");
    expect(run(at(product, { address: 2 ** 40 }))).toThrow(
      /^descriptor \d+, product: bytes 1099511627776 to/,
    );
    expect(run(at(product, { rows: 2 ** 31 }))).toThrow(
      /product: bytes \d+ to \d+; the memory has/,
    );
    expect(run(at(product, { target: 10 ** 6 }))).toThrow(/product: words 1000000 to/);
    expect(run(at(product, { source: 10 ** 6 }))).toThrow(/product: words 1000000 to/);
    expect(run(at(product, { sourceVector: 32 }))).toThrow("vector register 32; there are 32");
    expect(run(at(first("store"), { termStride: 10 ** 9 }))).toThrow(/store: bytes/);
    expect(run(at(first("store"), { exponent: -60 }))).toThrow(
      "beyond the largest code of the cache",
    );
    expect(run(at(first("scores"), { positions: 0 }))).toThrow("a cache of no position");
    expect(run(at(first("norm"), { rows: 5 }))).toThrow("12 elements are no groups of 5");
    expect(run(at(first("rotate"), { positions: 3 }))).toThrow("heads of 4, 3 pairs");
    expect(run(at(1, { operation: "end" }))).toThrow(
      "descriptor 1: the last descriptor, and no other, is end",
    );
    const region = program.regions.find(({ name }) =>
      name.endsWith("layers.0.mlp.up_proj.weight"),
    )!;
    expect(run((bytes) => bytes.fill(0x80, region.address + 19, region.address + 20))).toThrow(
      /product: row 1, column 3: the code is NaN \(0x80\), byte/,
    );
    const machine = new CoreMachine(image);
    expect(() => machine.next(17)).toThrow("token 17: ids are 0 to 16");
    for (const token of tokens) machine.next(token);
    expect(() => machine.next(1)).toThrow("the cache has room for 16 tokens");
    machine.reset();
    expect(machine.next(1).token).toBe(new CoreMachine(image).next(1).token);
  });

  test("factors of what has none, and factors that are none, are told by their place", () => {
    const model = withRowScales(randomDecoder(smallConfig));
    const program = compileCore(coreNetwork(model, options), layout);
    const { at, run, first } = changes(program);
    const product = program.steps[first("product")]!.descriptor;
    expect(product.stride).toBe(16);
    expect(run(at(first("norm"), { flags: 1 }))).toThrow(/flag 1: norm has no factors of rows/);
    expect(run(at(first("product"), { flags: 9 }))).toThrow("rows of two terms have no factors");
    expect(run(at(first("product"), { stride: 15 }))).toThrow(
      /product: rows of 15 bytes; 12 codes and a factor are more/,
    );
    expect(run(at(first("embed"), { flags: 0 }))).toThrow(
      /^descriptor 1, scale: no row with a factor was embedded/,
    );
    const shift = product.address + 2 * product.stride - 2;
    expect(run((bytes) => bytes.set([32], shift))).toThrow(
      /product: row 1: its factor is shifted by 32, more than 31/,
    );
  });

  test("lanes that are none are refused", () => {
    const network = coreNetwork(rf8Model(randomDecoder(smallConfig)), options);
    for (const lanes of [0, 1.5, 2000])
      expect(() => compileCore(network, { lanes, terms: 2 })).toThrow(`${lanes} lanes; 1 to 1,024`);
  });
});

test("the listings show a program and its memory", () => {
  const model = rf8Model(
    randomDecoder({
      ...smallConfig,
      num_hidden_layers: 1,
      num_attention_heads: 1,
      num_key_value_heads: 1,
    }),
  );
  const program = compileCore(coreNetwork(model, options), layout);
  expect(programListing(program).join("\n")).toMatchSnapshot();
  expect(layoutListing(program).join("\n")).toMatchSnapshot();
  const ends = program.regions.map(({ address, bytes }) => address + bytes);
  program.regions.slice(1).forEach(({ address }, i) => {
    expect(address).toBeGreaterThanOrEqual(ends[i]!);
    expect(address % layout.lanes).toBe(0);
  });
});

const stories = fileURLToPath(new URL("../../../../shared/data/stories260K.bin", import.meta.url));
const present = existsSync(stories);
if (!present) console.log("skipped: stories260K.bin, a llama2.c model, is not there");

test.skipIf(!present)(
  "200 tokens of stories260K are those of the integer model, bit for bit",
  () => {
    const model = readModel(stories);
    if (!isDecoder(model)) throw new Error("stories260K is a decoder");
    const network = coreNetwork(rf8Model(model), { activation: "int16", context: 200 });
    const program = compileCore(network, { lanes: 64, vectorLanes: 4, terms: 2 });
    const machine = new CoreMachine(imageOf(program));
    const decoder = new IntegerDecoder(network, "rf8x2");
    for (let token = 1, read = 0; read < 200; read++) {
      const expected = decoder.next(token);
      const found = machine.next(token);
      expect(found.results).toEqual(expected);
      token = found.token;
    }
  },
);
