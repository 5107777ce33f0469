import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { CircuitError, circuit, input, type Module, module, output, uint } from "../src/index.ts";

/** Builds a new module for every parameter set that it is called with. */
const builder = () => {
  let built = 0;
  return circuit((_: { readonly p?: unknown }): Module => {
    built += 1;
    const ports = { x: input(uint(8)), y: output(uint(8)) };
    return module({ name: `m_${built}`, ports }, (io) => io.y.set(io.x));
  });
};

const child = (name: string) =>
  module({ name, ports: { a: input(uint(1)), b: output(uint(1)) } }, (io) => io.b.set(io.a));
class Point {
  constructor(readonly x: number) {}
}

/** No two of these are one parameter. */
const different: readonly (() => unknown)[] = [
  () => 0,
  () => -0,
  () => 0n,
  () => "0",
  () => false,
  () => null,
  () => undefined,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => Number.NEGATIVE_INFINITY,
  () => "Infinity",
  () => 5n,
  () => 5,
  () => 2n ** 80n,
  () => Symbol("s"),
  () => Symbol("s"),
  () => () => 1,
  () => () => 2,
  () => child("one"),
  () => child("two"),
  () => new Point(1),
  () => new Point(2),
  () => [],
  () => ({}),
  () => [[]],
  () => [undefined],
  () => [null],
  () => [1, [2]],
  () => [[1], 2],
  () => ({ a: undefined }),
  () => ({ a: 1 }),
  () => ({ a: { b: 1 } }),
  () => ({ a: { b: () => 1 } }),
  () => ["a", 1],
  () => new Map([["a", 1]]),
  () => new Map([["a", 2]]),
  () => new Map(),
  () => new Set(["a"]),
  () => new Set(["b"]),
  () => new Set(),
  () => new Set([[1]]),
  () => new Date(1),
  () => new Date(2),
  () => /a/,
  () => /b/,
  () => Uint8Array.of(1),
  () => Int8Array.of(1),
  () => Uint8Array.of(2),
  () => uint(8),
  () => uint(9),
  () => ({ deep: [new Map([["f", new Set([-0])]])] }),
  () => ({ deep: [new Map([["f", new Set([7n])]])] }),
];

test("parameter sets that differ in anything give different modules", () => {
  const make = builder();
  const modules = different.map((value) => make({ p: value() }));
  expect(new Set(modules).size).toBe(different.length);
  expect(make({})).not.toBe(make({ p: undefined }));
});

test("equal parameter sets give the same module, wherever they have a value", () => {
  const make = builder();
  const f = () => 1;
  const inner = child("inner");
  const equal: readonly (() => unknown)[] = [
    () => Number.NaN,
    () => -0,
    () => 5n,
    () => "s",
    () => f,
    () => inner,
    () => ({ a: 1, b: [2, "x"] }),
    () => new Map([["a", { n: 1n }]]),
    () => new Set([1, 2]),
    () => new Date(5),
    () => Uint8Array.of(1, 2),
    () => uint(8),
  ];
  for (const value of equal) expect(make({ p: value() })).toBe(make({ p: value() }));
  const two = circuit((_: { a: number; b: number }) => child("two"));
  expect(two({ a: 1, b: 2 })).toBe(two({ b: 2, a: 1 }));
});

test("a map or a set that was changed between two calls is another parameter", () => {
  const make = builder();
  const map = new Map([["a", 1]]);
  const first = make({ p: map });
  map.set("a", 2);
  expect(make({ p: map })).not.toBe(first);
});

test("parameters that contain themselves are refused", () => {
  const knot: { p?: unknown } = {};
  knot.p = [knot];
  expect(() => builder()(knot)).toThrow(CircuitError);
});

test("bigints among the parameters of a module's header are numbers of any size", () => {
  const ports = { x: input(uint(1)), y: output(uint(1)) };
  const { parameters } = module(
    { name: "m", ports, parameters: { seed: 5n, huge: 2n ** 70n, name: "a" } },
    (io) => io.y.set(io.x),
  );
  expect(parameters).toEqual({ seed: 5, huge: "1180591620717411303424", name: "a" });
});

test("a module that is no longer in use takes no memory, and is built again", async () => {
  // Node has its collector as a function only where a flag asks for it.
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  let built = 0;
  const counted = circuit(({ width }: { width: number }) => {
    built += 1;
    return module({ name: `wide_${width}`, ports: { y: output(uint(width)) } }, (io) =>
      io.y.set(0),
    );
  });
  const used = counted({ width: 8 });
  const unused = new WeakRef(counted({ width: 9 }));
  await new Promise((resolve) => setTimeout(resolve));
  if (typeof collect !== "function") throw new Error("there is no collector");
  collect();
  expect(unused.deref()).toBeUndefined();
  expect(counted({ width: 8 })).toBe(used);
  expect(built).toBe(2);
  counted({ width: 9 });
  expect(built).toBe(3);
});
