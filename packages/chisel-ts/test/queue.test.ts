import fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../../../sim/index.ts";
import { queue, uint } from "../src/index.ts";

test("a queue of any depth is a first-in first-out list, whatever the pressure", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 80 }),
      (depth, cycles) => {
        const dut = engines.interpreter.open(queue({ type: uint(8), depth }));
        const list: bigint[] = [];
        cycles.forEach(([offer, take], cycle) => {
          dut.in.source.valid = offer;
          dut.in.source.bits = BigInt(cycle & 255);
          dut.in.sink.ready = take;
          expect(dut.out.source.ready).toBe(list.length < depth);
          expect(dut.out.sink.valid).toBe(list.length > 0);
          if (list.length > 0) expect(dut.out.sink.bits).toBe(list[0]);
          const enters = offer && list.length < depth;
          if (take) list.shift();
          if (enters) list.push(BigInt(cycle & 255));
          dut.step();
        });
      },
    ),
    { numRuns: 200 },
  );
});
