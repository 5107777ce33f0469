import { expect, test } from "vitest";
import {
  bool,
  circuit,
  enumeration,
  input,
  match,
  module,
  output,
  register,
  uint,
  when,
  wire,
} from "../src/index.ts";
import { open } from "./open.ts";

test("a state machine of an enumeration goes through its states", () => {
  const states = enumeration("state", ["Idle", "Run", "Done"]);
  const machine = module(
    { name: "machine", ports: { go: input(bool()), busy: output(bool()), state: output(uint(2)) } },
    (io) => {
      const state = register("current", states.type, { reset: 0 });
      io.busy.set(false);
      match(states, state, {
        Idle: () => when(io.go, () => state.set(states.Run)),
        Run: () => {
          io.busy.set(true);
          state.set(states.Done);
        },
        Done: () => state.set(states.Idle),
      });
      io.state.set(state);
    },
  );
  const dut = open(machine);
  const seen: string[] = [];
  for (const go of [false, true, false, false, true]) {
    dut.in.go = go;
    seen.push(`${dut.out.state}${dut.out.busy ? "!" : ""}`);
    dut.step();
  }
  expect(seen).toEqual(["0", "0", "1!", "2", "0"]);
});

test("the later of two whens wins, elsewhen is tried in order, and a wire may be read before it is set", () => {
  const choices = module(
    {
      name: "choices",
      ports: { a: input(bool()), b: input(bool()), y: output(uint(4)), z: output(uint(4)) },
    },
    (io) => {
      const late = wire("late", uint(4));
      io.z.set(late);
      late.set(1);
      when(io.a, () => late.set(2));
      when(io.b, () => late.set(3));
      when(io.a, () => io.y.set(10))
        .elsewhen(io.b, () => io.y.set(11))
        .otherwise(() => io.y.set(12));
    },
  );
  const dut = open(choices);
  const at = (a: boolean, b: boolean): bigint[] => {
    dut.in.a = a;
    dut.in.b = b;
    return [dut.out.y, dut.out.z];
  };
  expect([at(false, false), at(true, false), at(false, true), at(true, true)]).toEqual([
    [12n, 1n],
    [10n, 2n],
    [11n, 3n],
    [10n, 3n],
  ]);
});

test("a circuit is built once per set of parameters", () => {
  let builds = 0;
  const make = circuit(({ width }: { width: number; other?: number }) => {
    builds += 1;
    return module(
      { name: "made", ports: { x: input(uint(width)), y: output(uint(width)) } },
      (io) => io.y.set(io.x),
    );
  });
  expect(make({ width: 3 })).toBe(make({ width: 3 }));
  expect(make({ width: 4, other: 1 })).toBe(make({ other: 1, width: 4 }));
  expect(builds).toBe(2);
});
