import { describe, expect, test } from "vitest";
import {
  assert,
  enumeration,
  input,
  match,
  module,
  output,
  type Target,
  type UInt,
  uint,
  wire,
} from "../src/index.ts";
import { refusedIn } from "./refused.ts";
import { Interpreter } from "./verilog/interpret.ts";

const refused = refusedIn("match");

const machine = (
  members: readonly string[],
  bodies?: (y: Target<UInt>) => Record<string, () => void>,
  hasValue = true,
) => {
  const states = enumeration("op", members);
  return module(
    { name: "machine", ports: { op: input(states.type), y: output(uint(8)) } },
    ({ op, y }) => {
      if (hasValue && members.length < 2 ** states.type.width) y.set(99);
      const usual = () =>
        Object.fromEntries(
          members.map((m, i) => [
            m,
            () => {
              y.set(i);
              assert(y.eq(i), `is_${m}`);
            },
          ]),
        );
      match(states, op, (bodies?.(y) ?? usual()) as never);
    },
  );
};

test("a match over every code needs no default; codes of no member do nothing", () => {
  for (const count of [1, 2, 3, 4, 5, 8]) {
    const circuit = machine(Array.from({ length: count }, (_, i) => `S${i}`));
    for (let op = 0; op < 2 ** circuit.inputs[0]!.width; op++) {
      const { y } = Object.fromEntries(
        new Interpreter(circuit).outputs(new Map([["op", BigInt(op)]])),
      );
      expect([count, op, y]).toEqual([count, op, op < count ? BigInt(op) : 99n]);
    }
  }
});

test("bodies and members of a match must be the same", () => {
  refused(() => machine(["A", "B"], (y) => ({ A: () => y.set(1) })), /no body for `B`/);
  refused(() => machine(["A", "B"], () => ({ A() {}, B() {}, C() {} })), /body for `C`/);
});

test("what every body of a match drives needs no default: other codes get what the last member gives", () => {
  const states = enumeration("op", ["A", "B", "C"]);
  const circuit = module(
    { name: "machine", ports: { op: input(states.type), y: output(uint(8)), z: output(uint(8)) } },
    ({ op, y, z }) => {
      const w = wire("w", uint(8));
      const bodies = [10, 20, 30].map((value) => () => {
        w.set(value);
        y.set(value + 1);
      });
      z.set(w);
      match(states, op, { A: bodies[0]!, B: bodies[1]!, C: bodies[2]! });
    },
  );
  const values = [0, 1, 2, 3].map((op) =>
    new Interpreter(circuit).outputs(new Map([["op", BigInt(op)]])),
  );
  expect(values.map((out) => [out.get("y"), out.get("z")])).toEqual([
    [11n, 10n],
    [21n, 20n],
    [31n, 30n],
    [31n, 30n],
  ]);
  for (const without of ["A", "B", "C"])
    refused(
      () => machine(["A", "B", "C"], (y) => bodiesBut(without, () => y.set(1)), false),
      /`y` is not driven on every path/,
    );
});

const bodiesBut = (without: string, set: () => void) =>
  Object.fromEntries(["A", "B", "C"].map((name) => [name, name === without ? () => {} : set]));

describe("enumerations", () => {
  const codes = (states: { readonly members: readonly string[] }) =>
    states.members.map((name) => (states as unknown as Record<string, UInt>)[name]!.value);
  test("numbered, one bit each, and with codes of their own", () => {
    const names = ["A", "B", "C", "D", "E"] as const;
    const binary = enumeration("s", names);
    expect([binary.type.width, codes(binary)]).toEqual([3, [0n, 1n, 2n, 3n, 4n]]);
    const hot = enumeration("s", names, { encoding: "one-hot" });
    expect([hot.type.width, codes(hot)]).toEqual([5, [1n, 2n, 4n, 8n, 16n]]);
    const own = enumeration("s", { A: 3, B: 0x23n, C: 0 });
    expect([own.type.width, own.members, codes(own)]).toEqual([
      6,
      ["A", "B", "C"],
      [3n, 0x23n, 0n],
    ]);
    expect(enumeration("s", { A: 0 }).type.width).toBe(1);
    expect(enumeration("s", { A: 2n ** 70n }).A.value).toBe(2n ** 70n);
  });

  test.each([
    [{}, undefined, /no members/],
    [null, undefined, /no members/],
    [{ A: 1, B: 1 }, undefined, /the code 1 twice, for `A` and `B`/],
    [{ A: -1 }, undefined, /`A` with the code -1/],
    [{ A: 1.5 }, undefined, /`A` with the code 1.5/],
    [{ A: "1" }, undefined, /`A` with the code 1, no unsigned number/],
    [{ A: 2 ** 60 }, undefined, /`A` with the code/],
    [{ 1: 1 }, undefined, /`1`/],
    [{ type: 1 }, undefined, /`type`/],
    [{ A: 1 }, { encoding: "one-hot" }, /codes and an encoding/],
    [["A"], { encoding: "gray" }, /encoding gray; encodings are binary and one-hot/],
    [["A"], { encodng: "one-hot" }, /no option `encodng`; it has encoding/],
    [["A"], null, /options of an enumeration/],
  ])("%j with %j is refused", (members, options, words) => {
    refused(() => enumeration("states", members as never, options as never), words);
  });
});

test.each([
  [[], /no members/],
  [["A", "B", "A"], /`A` twice/],
  [["two words"], /`two words`/],
  [["1st"], /`1st`/],
  [[""], /letter/],
  [["é"], /letter/],
  [["type"], /`type`/],
  [["members"], /`members`/],
  [["constructor"], /`constructor`/],
  [["toString"], /`toString`/],
  [["__proto__"], /`__proto__`/],
] as const)("members %j are refused", (members, words) => {
  refused(() => enumeration("states", members), words);
});
