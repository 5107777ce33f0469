import { describe, expect, test } from "vitest";
import {
  bool,
  ChiselError,
  CircuitError,
  emitDesign,
  emitTogether,
  enumeration,
  input,
  instance,
  memory,
  module,
  output,
  queue,
  register,
  rom,
  uint,
  vec,
} from "../src/index.ts";

const ports = { a: input(uint(4)), y: output(uint(4)) };
type Loose = Readonly<Record<string, never>>;
const built = (body: () => unknown) => () =>
  module({ name: "m", ports }, (io) => {
    io.y.set(io.a);
    body();
  });
const plain = built(() => {})();
const loose = (options: object) => options as Loose & never;
const type = uint(4);

const unit = module(
  {
    name: "unit",
    ports: {
      x: input(uint(4)),
      in: { left: input(uint(4)), right: input(uint(4)), back: output(bool()) },
      lanes: vec(2, input(uint(4))),
      y: output(uint(4)),
    },
  },
  (io) => {
    io.in.back.set(false);
    io.y.set(
      io.lanes
        .reduceTree((a, b) => a.xor(b))
        .xor(io.x)
        .xor(io.in.left)
        .xor(io.in.right),
    );
  },
);
const right = { x: 1, in: { left: 2, right: 3 }, lanes: [4, 5] };
const placed = (inputs: object) =>
  built(() => instance("u", unit, inputs as Parameters<typeof instance<typeof unit.ports>>[2]));

test("a bundle is passed on whole to an instance that takes a part of it", () => {
  const sum = module(
    { name: "sum", ports: { in: { left: input(type), right: input(type) }, y: output(type) } },
    (io) => io.y.set(io.in.left.xor(io.in.right)),
  );
  const ports = {
    in: { left: input(type), right: input(type), other: input(type) },
    y: output(type),
  };
  const top = module({ name: "whole", ports }, (io) =>
    io.y.set(instance("sum", sum, { in: io.in }).y.xor(io.in.other)),
  );
  expect(top.instances[0]?.inputs.size).toBe(2);
});

describe("an option that does not exist is refused with those that do", () => {
  test.each([
    [
      "register",
      built(() => register("r", type, loose({ rset: 0 }))),
      "a register has no option `rset`; it has reset",
    ],
    [
      "register, a list",
      built(() => register("r", type, loose([0]))),
      "the options of a register are an object of reset",
    ],
    [
      "register, null",
      built(() => register("r", type, null as never)),
      "the options of a register are an object of reset",
    ],
    [
      "the reset of a record",
      built(() =>
        register("r", { w: type, last: bool() }, { reset: loose({ w: 1, last: 0, lst: 1 }) }),
      ),
      "the reset of `r` has no option `lst`; it has w, last",
    ],
    [
      "the reset of a vector",
      built(() => register("r", vec(2, type), { reset: [1, 2, 3] })),
      "the reset of `r` has no option `2`; it has 0, 1",
    ],
    [
      "memory",
      built(() => memory("w", loose({ depth: 2, type, content: [1] }))),
      "a memory has no option `content`; it has depth, type, contents, collision",
    ],
    [
      "rom",
      built(() => rom("w", loose({ type, contents: [1], depth: 1 }))),
      "a rom has no option `depth`; it has type, contents",
    ],
    [
      "module",
      () => module(loose({ name: "m", ports, latncy: 1 }), () => {}),
      "a module has no option `latncy`; it has name, origin, description, parameters, latency, ports",
    ],
    [
      "queue",
      () => queue(loose({ type, depth: 2, piped: true })),
      "a queue has no parameter `piped`; it has type, depth, flow, pipe, control",
    ],
    [
      "enumeration",
      () => enumeration("e", ["A"], loose({ width: 3 })),
      "an enumeration has no option `width`; it has encoding",
    ],
    [
      "emitDesign",
      () => emitDesign(plain, loose({ perfix: "p" })),
      "emitDesign has no option `perfix`; it has prefix",
    ],
    [
      "emitTogether",
      () => emitTogether([plain], loose({ tkaen: [] })),
      "emitTogether has no option `tkaen`; it has prefix, reserved, models",
    ],
    [
      "an input of an instance",
      placed({ ...right, z: 1 }),
      "instance `u` has no input `z`; it has x, in, lanes",
    ],
    ["an output as one", placed({ ...right, y: 1 }), "instance `u` has no input `y`"],
    [
      "an input in a bundle",
      placed({ ...right, in: { ...right.in, back: true } }),
      "instance `u.in` has no input `back`; it has left, right",
    ],
    [
      "an element of a vector",
      placed({ ...right, lanes: [4, 5, 6] }),
      "instance `u.lanes` has no input `2`; it has 0, 1",
    ],
    [
      "an input that is missing",
      placed({ ...right, in: { left: 1 } }),
      "input `in_right` of instance `u` is not driven",
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(CircuitError);
    expect(build).toThrow(ChiselError);
    expect(build).toThrow(message);
    expect(build).toThrow(/\(test\/options\.test\.ts:\d+\)$/);
  });

  test("what is right is taken", () => {
    expect(placed(right)).not.toThrow();
  });
});
