import { describe, expect, test } from "vitest";
import {
  assert,
  type Bool,
  bool,
  CircuitError,
  cover,
  emitModule,
  enumeration,
  type Io,
  input,
  type ir,
  literal,
  match,
  memory,
  module,
  output,
  register,
  sint,
  switchOn,
  type Target,
  type UInt,
  uint,
  unused,
  type WhenChain,
  when,
  wire,
} from "../src/index.ts";
import { Interpreter } from "./verilog/interpret.ts";

const refused = (build: () => unknown, words: RegExp): void => {
  expect(build).toThrow(CircuitError);
  expect(build).toThrow(words);
  expect(build).toThrow(/\(test\/choices\.test\.ts:\d+\)$/);
};

const ports = {
  a: input(bool()),
  b: input(bool()),
  d: input(bool()),
  y: output(uint(4)),
  r: output(uint(4)),
  q: output(uint(4)),
};

/** One module whose output, register, memory and covers all say which arm was taken. */
const built = (
  choose: (io: Io<typeof ports>, arm: (value: number) => () => void) => void,
): ir.ModuleIr =>
  module({ name: "m", ports }, (io) => {
    const words = memory("words", { depth: 2, type: uint(4), contents: [0, 0] });
    const r = register("state", uint(4), { reset: 0 });
    io.y.set(0);
    const w = words.read("word", 0);
    choose(io, (value) => () => {
      io.y.set(value);
      r.set(value);
      words.write(0, value);
      cover(io.y.eq(io.y), `arm_${value}`);
    });
    io.r.set(r);
    io.q.set(w);
    unused(io.a, io.b, io.d);
  });

/** The arm that each kind of statement takes for these inputs. */
function taken(circuit: ir.ModuleIr, bits: number): Record<string, bigint> {
  const inputs = new Map(["a", "b", "d"].map((name, i) => [name, BigInt((bits >> i) & 1)]));
  const run = new Interpreter(circuit);
  const y = run.outputs(inputs).get("y")!;
  run.step(inputs, false);
  const r = run.outputs(inputs).get("r")!;
  run.step(inputs, false);
  return { y, r, q: run.outputs(inputs).get("q")! };
}

describe("a chain has one priority", () => {
  const expected = (bits: number, order: readonly [number, number][], rest = 0) =>
    order.find(([bit]) => (bits >> bit) & 1)?.[1] ?? rest;
  const cases: Record<string, [ir.ModuleIr, (bits: number) => number]> = {
    "continued from its first link": [
      built((io, arm) => {
        const chain = when(io.a, arm(1));
        chain.elsewhen(io.b, arm(2));
        chain.elsewhen(io.d, arm(3));
        chain.otherwise(arm(4));
      }),
      (bits) =>
        expected(
          bits,
          [
            [0, 1],
            [1, 2],
            [2, 3],
          ],
          4,
        ),
    ],
    "continued after another when": [
      built((io, arm) => {
        const chain = when(io.a, arm(1));
        when(io.d, arm(3));
        chain.elsewhen(io.b, arm(2));
      }),
      (bits) =>
        expected(bits, [
          [2, 3],
          [0, 1],
          [1, 2],
        ]),
    ],
    "as usual": [
      built((io, arm) =>
        when(io.a, arm(1)).elsewhen(io.b, arm(2)).elsewhen(io.d, arm(3)).otherwise(arm(4)),
      ),
      (bits) =>
        expected(
          bits,
          [
            [0, 1],
            [1, 2],
            [2, 3],
          ],
          4,
        ),
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [circuit, arm]) => {
    for (let bits = 0; bits < 8; bits++) {
      const value = BigInt(arm(bits));
      expect([bits, taken(circuit, bits)]).toEqual([bits, { y: value, r: value, q: value }]);
    }
  });
});

describe("a chain that cannot go on", () => {
  const chained = (go: (io: Io<typeof ports>, chain: WhenChain) => void) => () =>
    built((io, arm) => go(io, when(io.a, arm(1))));
  test("a second otherwise", () =>
    refused(
      chained((_, chain) => {
        chain.otherwise(() => {});
        chain.otherwise(() => {});
      }),
      /otherwise/,
    ));
  test("elsewhen after otherwise", () =>
    refused(
      chained((io, chain) => {
        chain.otherwise(() => {});
        chain.elsewhen(io.b, () => {});
      }),
      /last arm/,
    ));
  test("in another scope", () =>
    refused(
      chained((io, chain) => {
        when(io.d, () => chain.elsewhen(io.b, () => {}));
      }),
      /another scope/,
    ));
  test("in an arm of its own", () =>
    refused(
      chained((io, chain) => {
        chain.elsewhen(io.b, () => chain.otherwise(() => {}));
      }),
      /another scope/,
    ));
  test("after its scope has ended", () => {
    let kept: WhenChain | undefined;
    refused(
      () =>
        built((io, arm) => {
          when(io.d, () => {
            kept = when(io.a, arm(1));
          });
          kept?.otherwise(() => {});
        }),
      /another scope/,
    );
  });
  test("after its module, and in another", () => {
    let kept: WhenChain | undefined;
    built((io, arm) => {
      kept = when(io.a, arm(1));
    });
    refused(() => kept?.otherwise(() => {}), /not the one being built/);
    refused(() => built(() => kept?.otherwise(() => {})), /not the one being built/);
  });
  test("a condition that is no Bool", () =>
    refused(() => built((io) => when(io.a.eq(io.b) && (1 as unknown as Bool), () => {})), /Bool/));
});

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

describe("switchOn", () => {
  const sides = { x: input(uint(3)), s: input(sint(3)), y: output(uint(4)), r: output(uint(4)) };
  type Sides = Io<typeof sides>;
  const circuit = (body: (io: Sides, give: (value: number) => () => void) => void) =>
    module({ name: "m", ports: sides }, (io) => {
      const r = register("state", uint(4), { reset: 0 });
      io.r.set(r);
      body(io, (value) => () => {
        io.y.set(value);
        r.set(value);
      });
      unused(io.x, io.s);
    });
  const results = (dut: ir.ModuleIr): number[][] =>
    Array.from({ length: 8 }, (_, x) => {
      const inputs = new Map([
        ["x", BigInt(x)],
        ["s", BigInt(x)],
      ]);
      const run = new Interpreter(dut);
      const y = Number(run.outputs(inputs).get("y"));
      run.step(inputs, false);
      return [y, Number(run.outputs(inputs).get("r"))];
    });

  test.each([
    [
      "several values an arm, and a default",
      circuit((io, give) =>
        switchOn(io.x).case([1, 4, 6n], give(1)).case(0, give(2)).default(give(9)),
      ),
      [2, 1, 9, 9, 1, 9, 1, 9],
    ],
    [
      "every value has a case: no default is needed",
      circuit((io, give) => switchOn(io.x).case([0, 1, 2], give(1)).case([3, 4, 5, 6, 7], give(2))),
      [1, 1, 1, 2, 2, 2, 2, 2],
    ],
    [
      "signed values",
      circuit((io, give) =>
        switchOn(io.s).case([-4, -1], give(1)).case(3, give(2)).default(give(3)),
      ),
      [3, 3, 3, 2, 1, 3, 3, 1],
    ],
    [
      "literals",
      circuit((io, give) =>
        switchOn(io.x)
          .case([literal(uint(3), 5)], give(1))
          .default(give(2)),
      ),
      [2, 2, 2, 2, 2, 1, 2, 2],
    ],
  ])("%s", (_, dut, wanted) => {
    expect(results(dut)).toEqual(wanted.map((value) => [value, value]));
  });

  test("without a default a register keeps its value", () => {
    const dut = circuit((io, give) => {
      io.y.set(7);
      switchOn(io.x).case([2, 3], give(5));
    });
    expect(results(dut)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((x) => (x >> 1 === 1 ? [5, 5] : [7, 0])),
    );
  });

  const refuses = (
    build: (io: Sides, give: (value: number) => () => void) => void,
    words: RegExp,
  ) => refused(() => circuit(build), words);
  test("what cannot be is refused", () => {
    refuses((io, give) => switchOn(io.x).case(8, give(1)), /8 does not fit a case, UInt 3/);
    refuses((io, give) => switchOn(io.x).case([], give(1)), /one value or more/);
    refuses((io, give) => switchOn(io.x).case([1, 1], give(1)), /1 has two cases/);
    refuses((io, give) => switchOn(io.x).case(1, give(1)).case(1, give(2)), /1 has two cases/);
    refuses((io, give) => switchOn(io.s).case(-1, give(1)).case([-1], give(2)), /-1 has two cases/);
    refuses(
      (io, give) => switchOn(io.x).case(io.x, give(1)),
      /`x` .* has no value before simulation/,
    );
    refuses(
      (io, give) => switchOn(io.x).case(literal(uint(4), 1), give(1)),
      /a case of a UInt 3 cannot be a UInt 4/,
    );
    refuses((io, give) => switchOn(io.x).case(1, give(1)), /`y` is not driven on every path/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case([0, 1, 2, 3, 4, 5, 6, 7], give(1));
      chain.default(give(2));
    }, /there is none left/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case([0, 1, 2, 3, 4, 5, 6, 7], give(1));
      chain.case(1, give(2));
    }, /every value has a case already/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case(1, give(1));
      chain.default(give(2));
      chain.case(2, give(3));
    }, /case cannot continue the switchOn of .*: it has a default/);
    refuses((io, give) => {
      const chain = switchOn(io.x).case(1, give(1));
      when(io.x.eq(0), () => chain.case(2, give(2)));
    }, /another scope/);
    refuses((io) => switchOn(io.x.eq(1) as never), /not by a Bool/);
    refuses(() => switchOn(3 as never), /not by number/);
  });

  test("a thousand arms of many values grow as the arms do", () => {
    const dut = module(
      { name: "many", ports: { x: input(uint(16)), y: output(uint(12)) } },
      ({ x, y }) => {
        const chain = switchOn(x);
        for (let arm = 0; arm < 1000; arm++)
          chain.case(
            Array.from({ length: 16 }, (_, i) => 16 * arm + i),
            () => y.set(arm),
          );
        chain.default(() => y.set(4095));
      },
    );
    const text = emitModule(dut);
    expect(text.split("\n").every((line) => line.length < 120)).toBe(true);
    expect(text.match(/16'h3e7f: choice_1|16'h3e7f: /g)).toHaveLength(1);
    const value = (x: number) => new Interpreter(dut).outputs(new Map([["x", BigInt(x)]])).get("y");
    expect([0, 15, 16, 15_999, 16_000].map(value)).toEqual([0n, 0n, 1n, 999n, 4095n]);
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
