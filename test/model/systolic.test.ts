import { describe, expect, test } from "vitest";
import { references } from "../../src/model/references.ts";
import { numbers } from "./support.ts";

const NAN = 0x80;

/** One cycle's inputs: enable, load, the two codes, the two activations. */
type Cycle = readonly [number, number, readonly [number, number], readonly [number, number]];

/** Whatever the codes and activations, a stalled cycle takes none of them. */
const STALL: Cycle = [0, 1, [NAN, 0x7f], [99, -99]];

function run(cycles: readonly Cycle[]) {
  const outputs = references.systolic({ activation: "int8", rows: 2, columns: 2 })(
    {
      enable: Uint8Array.from(cycles, ([enable]) => enable),
      load: Uint8Array.from(cycles, ([, load]) => load),
      weight_0: Uint8Array.from(cycles, ([, , [code]]) => code),
      weight_1: Uint8Array.from(cycles, ([, , [, code]]) => code),
      activation_0: Int8Array.from(cycles, ([, , , [x]]) => x),
      activation_1: Int8Array.from(cycles, ([, , , [, x]]) => x),
    },
    cycles.length,
  );
  expect(Object.keys(outputs).sort()).toEqual(["invalid_0", "invalid_1", "sum_0", "sum_1"]);
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, numbers(outputs, name)]));
}

// W: 16 and 32 in row 0, -16 and 64 in row 1, whose codes go in first.
const LOAD: readonly Cycle[] = [
  [1, 1, [0x83, 0x13], [0, 0]],
  [1, 1, [0x03, 0x0b], [0, 0]],
];
// The vectors (3, 5) and (-2, 7), row 1 a cycle later than row 0; codes without load stay outside.
const VECTORS: readonly Cycle[] = [
  [1, 0, [NAN, NAN], [3, 0]],
  [1, 0, [NAN, NAN], [-2, 5]],
  [1, 0, [NAN, NAN], [0, 7]],
];
const IDLE: Cycle = [1, 0, [0, 0], [0, 0]];

describe("systolic", () => {
  test("two vectors through two columns, worked by hand", () => {
    expect(run([...LOAD, ...VECTORS, IDLE, IDLE, IDLE])).toEqual({
      // 16·3 - 16·5 in cycle 2 + R, 16·-2 - 16·7 in the next.
      sum_0: [0, 0, 0, 0, -32, -144, 0, 0],
      // 32·3 + 64·5 in cycle 2 + R + 1, 32·-2 + 64·7 in the next.
      sum_1: [0, 0, 0, 0, 0, 416, 384, 0],
      invalid_0: [0, 0, 0, 0, 0, 0, 0, 0],
      invalid_1: [0, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  test("a stalled cycle repeats the outputs and changes nothing else", () => {
    const cycles = [...LOAD, ...VECTORS, IDLE, IDLE, IDLE].flatMap((cycle) => [STALL, cycle]);
    const { sum_0, sum_1, invalid_1 } = run(cycles);
    const twice = (values: readonly number[]) => values.flatMap((value) => [value, value]);
    expect(sum_0).toEqual(twice([0, 0, 0, 0, -32, -144, 0, 0]));
    expect(sum_1).toEqual(twice([0, 0, 0, 0, 0, 416, 384, 0]));
    expect(invalid_1).toEqual(Array(16).fill(0));
  });

  test("a NaN is seen a cycle later in its row, then below, until another weight replaces it", () => {
    const one: Cycle = [1, 1, [0x03, 0x03], [1, 1]];
    const { sum_1, invalid_0, invalid_1 } = run([
      [1, 1, [0x03, NAN], [1, 1]],
      IDLE,
      one,
      one,
      ...Array<Cycle>(5).fill([1, 0, [0, 0], [1, 1]]),
    ]);
    // The NaN stands in row 0 in cycles 1 and 2, in row 1 in cycle 3, and nowhere from cycle 4.
    expect(invalid_0).toEqual(Array(9).fill(0));
    expect(invalid_1).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0]);
    // Row 1 holds 0 up to cycle 2, the NaN in 3, a 16 from 4; row 0's 16 is there from cycle 3.
    expect(sum_1).toEqual([0, 0, 0, 0, 0, 32, 32, 32, 32]);
  });

  test.each([
    [{ rows: 0 }, "parameter rows: 0 is not a positive integer"],
    [{ columns: 1.5 }, "parameter columns: 1.5 is not a positive integer"],
  ])("%j is refused", (changes, message) => {
    const shape = { activation: "int8", rows: 2, columns: 2, ...changes } as const;
    expect(() => references.systolic(shape)).toThrow(message);
  });
});
