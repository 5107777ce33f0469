import { describe, expect, test } from "vitest";
import {
  type Bool,
  bool,
  cover,
  type Io,
  input,
  type ir,
  memory,
  module,
  output,
  register,
  uint,
  unused,
  type WhenChain,
  when,
} from "../src/index.ts";
import { refusedIn } from "./refused.ts";
import { Interpreter } from "./verilog/interpret.ts";

const refused = refusedIn("chains");

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
