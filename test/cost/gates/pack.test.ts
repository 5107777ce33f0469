import fc from "fast-check";
import { expect, test } from "vitest";
import { vectorBytes } from "../../../src/cost/gates/compile.ts";
import { laneCount } from "../../../src/cost/gates/lanes.ts";
import { packRecords } from "../../../src/cost/gates/pack.ts";

test("every bit of every lane is where it belongs, bit by bit", () => {
  const integers = fc.array(fc.integer(), { minLength: 12, maxLength: 12 });
  const lane = fc
    .tuple(fc.integer({ min: -15, max: 4 }), fc.nat({ max: 6 }), fc.nat({ max: 6 }))
    .map(([first, warm, own]) => ({ first, counted: first + warm, end: first + warm + own }))
    // A lane ends within the stimulus, whatever it begins with.
    .map(({ end, ...rest }) => ({ ...rest, end: Math.min(end, 12) }));
  fc.assert(
    fc.property(
      fc.array(lane, { minLength: 1, maxLength: laneCount }),
      fc.tuple(integers, integers),
      fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 })),
      fc.nat({ max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (lanes, [a, b], [wide, narrow], from, count) => {
        const ports = [
          { name: "a", width: wide },
          { name: "b", width: narrow },
        ];
        const vectors = 1 + wide + narrow;
        const records = new Uint8Array(count * vectors * vectorBytes);
        const stimulus = { columns: { a, b }, cycles: 12, starts: [0] };
        packRecords(records, { ports, stimulus, lanes, from, count });
        const expected = new Uint8Array(records.length);
        const set = (step: number, vector: number, at: number) => {
          expected[(step * vectors + vector) * vectorBytes + (at >> 3)]! |= 1 << (at & 7);
        };
        lanes.forEach(({ first, counted, end }, at) => {
          for (let step = 0; step < count; step++) {
            const cycle = first + from + step;
            if (cycle >= end) continue;
            if (cycle >= counted) set(step, 0, at);
            [a, b].forEach((column, port) => {
              const value = BigInt(column[((cycle % 12) + 12) % 12]!);
              for (let bit = 0; bit < ports[port]!.width; bit++)
                if ((value >> BigInt(bit)) & 1n) set(step, 1 + port * wide + bit, at);
            });
          }
        });
        expect(records).toEqual(expected);
      },
    ),
  );
});
