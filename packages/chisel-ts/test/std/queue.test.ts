import fc from "fast-check";
import { expect, test } from "vitest";
import { bool, emitDesign, queue, sint, uint, vec } from "../../src/index.ts";
import { open } from "../open.ts";

const pressure = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 9 })), {
  minLength: 1,
  maxLength: 80,
});

test("a queue of any depth and kind is a first-in first-out list, whatever the pressure", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.boolean(),
      pressure,
      (depth, flow, pipe, cycles) => {
        const dut = open(queue({ type: uint(8), depth, flow, pipe, control: true }));
        let list: bigint[] = [];
        cycles.forEach(([valid, ready, flush], cycle) => {
          const word = BigInt(cycle & 255);
          dut.in.source.valid = valid;
          dut.in.source.bits = word;
          dut.in.sink.ready = ready;
          dut.in.flush = flush === 0;
          const accepts = list.length < depth || (pipe && ready);
          const offers = list.length > 0 || (flow && valid);
          expect(dut.out.source.ready).toBe(accepts);
          expect(dut.out.sink.valid).toBe(offers);
          expect(dut.out.level).toBe(BigInt(list.length));
          if (offers) expect(dut.out.sink.bits).toBe(list[0] ?? word);
          if (valid && accepts) list.push(word);
          if (ready && offers) list.shift();
          if (flush === 0) list = [];
          dut.step();
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("words may be signed, or records", () => {
  const signed = open(queue({ type: sint(8), depth: 2 }));
  signed.in.source.valid = true;
  signed.in.source.bits = -3n;
  signed.step();
  expect(signed.out.sink.bits).toBe(-3n);

  const records = queue({ type: { sums: vec(2, sint(9)), last: bool() }, depth: 2 });
  const dut = open(records);
  dut.in.source.valid = true;
  dut.in.source.bits.sums[1] = -100n;
  dut.in.source.bits.last = true;
  dut.step();
  expect([dut.out.sink.bits.sums[0], dut.out.sink.bits.sums[1], dut.out.sink.bits.last]).toEqual([
    0n,
    -100n,
    true,
  ]);
  expect(emitDesign(records).files[0]?.text).toMatch(/word_1_sums_1/);
});

test.each([0, -1, 1.5])("a queue of %d words is refused", (depth) => {
  expect(() => queue({ type: uint(8), depth })).toThrow(/^a queue holds 1 word or more/);
});
