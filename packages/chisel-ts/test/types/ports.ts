import {
  bool,
  connect,
  input,
  instance,
  module,
  output,
  type SInt,
  sint,
  type UInt,
  uint,
  vec,
} from "../../src/index.ts";

const unit = module(
  {
    name: "unit",
    ports: {
      a: input(uint(8)),
      side: { b: input(sint(4)), c: output(bool()) },
      lanes: vec(4, input(uint(2))),
      words: vec(2, output(uint(8))),
      y: output(uint(8)),
    },
  },
  (io) => {
    const a: UInt = io.a;
    const b: SInt = io.side.b;
    io.y.set(a);
    io.side.c.set(b.lt(0));
    io.words.set([a, 3]);
    io.words.at(0).set(7n);
    // @ts-expect-error an input is not driven
    io.a.set(1);
    // @ts-expect-error there is no such port
    io.z;
    // @ts-expect-error nor one of that name in the bundle
    io.side.d;
    // @ts-expect-error an output of a UInt takes no SInt
    io.y.set(b);
    // @ts-expect-error a number is no Bool
    io.side.c.set(1);
    // @ts-expect-error a Bool output takes no UInt
    io.side.c.set(a);
    // @ts-expect-error an element of an input vector is not driven
    io.lanes.at(0).set(1);
    // @ts-expect-error a vector's elements have its type
    const lane: SInt = io.lanes.at(0);
    // @ts-expect-error a vector of UInts is not driven with SInts
    io.words.set([b, b]);
    // @ts-expect-error a vector is driven element by element or whole, not with one value
    io.words.set(a);
    connect(io.y, a);
    // @ts-expect-error what is connected has the form of its target
    connect(io.side, { d: true });
    lane.isNegative();
  },
);

export const placed = module(
  { name: "outer", ports: { x: input(uint(8)), y: output(uint(8)) } },
  (io) => {
    const { y, side, words } = instance("unit", unit, {
      a: io.x,
      side: { b: -1 },
      lanes: [1, 2, 3, io.x.truncate(2)],
    });
    io.y.set(y.xor(words.at(0)).addWrap(side.c.replicate(8)));
    const right = { a: io.x, side: { b: -1 }, lanes: [1, 2, 3, 0] } as const;
    // @ts-expect-error an input is missing
    instance("missing", unit, { side: { b: -1 }, lanes: [1, 2, 3, 0] });
    // @ts-expect-error an input that does not exist
    instance("surplus", unit, { ...right, lanes: [1], z: 1 });
    // @ts-expect-error an output is not given
    instance("output", unit, { ...right, y: 1 });
    // @ts-expect-error an input of a UInt takes no SInt
    instance("kind", unit, { ...right, a: io.x.asSInt() });
    // @ts-expect-error an input is not read of an instance
    instance("read", unit, right).a;
    // @ts-expect-error a bundle has the form of its ports
    instance("bundle", unit, { ...right, side: -1 });
  },
);

// @ts-expect-error a port has a type
input(8);
// @ts-expect-error an option that does not exist
export const misspelt = module({ name: "m", ports: {}, latncy: 1 }, () => {});
// @ts-expect-error a module has ports
export const portless = module({ name: "m" }, () => {});
// @ts-expect-error a module has a name
export const nameless = module({ ports: {} }, () => {});
