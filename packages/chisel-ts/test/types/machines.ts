import {
  type Bool,
  circuit,
  clockEnable,
  enumeration,
  input,
  instance,
  match,
  memory,
  module,
  output,
  register,
  resetStyle,
  rom,
  type SInt,
  softReset,
  switchOn,
  type UInt,
  uint,
  when,
} from "../../src/index.ts";

const states = enumeration("state", ["Idle", "Run", "Done"]);
const opcodes = enumeration("opcode", { Load: 3, Store: 0x23n });
const nothing = (): void => {};

export function enumerationsKnowTheirMembers(state: UInt, flag: Bool): void {
  const idle: UInt = states.Idle;
  const load: UInt = opcodes.Load;
  match(states, state, { Idle: nothing, Run: nothing, Done: nothing });
  // @ts-expect-error there is no such member
  states.Stop;
  // @ts-expect-error nor of an enumeration with codes of its own
  opcodes.Branch;
  // @ts-expect-error a member has no body
  match(states, state, { Idle: nothing, Run: nothing });
  // @ts-expect-error a body has no member
  match(states, state, { Idle: nothing, Run: nothing, Done: nothing, Stop: nothing });
  // @ts-expect-error the value is a UInt
  match(states, flag, { Idle: nothing, Run: nothing, Done: nothing });
  // @ts-expect-error there is no such encoding
  enumeration("gray", ["A"], { encoding: "gray" });
  // @ts-expect-error codes are numbers
  enumeration("text", { A: "1" });
  // @ts-expect-error codes and an encoding
  enumeration("both", { A: 1 }, { encoding: "one-hot" });
  idle.eq(load);
}

export function choicesKnowTheirSignals(u: UInt, s: SInt, flag: Bool): void {
  switchOn(u).case([1, 2n, states.Idle], nothing).default(nothing);
  // @ts-expect-error a case of a UInt is no SInt
  switchOn(u).case(s, nothing);
  // @ts-expect-error a Bool has no cases
  switchOn(flag);
  // @ts-expect-error after a default nothing follows
  switchOn(u).case(1, nothing).default(nothing).case(2, nothing);
  // @ts-expect-error a condition is a Bool
  when(u, nothing);
  // @ts-expect-error after an otherwise nothing follows
  when(flag, nothing).otherwise(nothing).elsewhen(flag, nothing);
}

export function memoriesKnowTheirWords(address: UInt, s: SInt): void {
  const words = memory("words", { depth: 4, type: uint(8) });
  const word: UInt = words.readCombinational(address);
  words.write(0, word);
  // @ts-expect-error a word has the memory's type
  words.write(0, s);
  // @ts-expect-error an address is unsigned
  words.read("read", s);
  // @ts-expect-error there is no such rule
  memory("other", { depth: 4, type: uint(8), collision: "sometimes" });
  // @ts-expect-error a table has contents
  rom("table_", { type: uint(8) });
  // @ts-expect-error a table is not written
  rom("squares", { type: uint(8), contents: [0, 1, 4] }).write(0, 1);
}

const counter = circuit(({ width, step = 1 }: { width: number; step?: number }) =>
  module(
    { name: "counter", ports: { count: output(uint(width)), by: input(uint(width)) } },
    (io) => {
      const count = register("value", uint(width), { reset: 0 });
      count.set(count.addWrap(io.by).addWrap(step));
      io.count.set(count);
    },
  ),
);

export function parametersAreThoseOfTheCircuit(flag: Bool): void {
  counter({ width: 8, step: 2 });
  // @ts-expect-error a parameter is missing
  counter({ step: 2 });
  // @ts-expect-error a parameter that does not exist
  counter({ width: 8, stpe: 2 });
  // @ts-expect-error a parameter of another type
  counter({ width: "8" });
  const gated = softReset(clockEnable(counter({ width: 8 })), "restart");
  instance("gated", gated, { by: 1, enable: flag, restart: true });
  // @ts-expect-error the added inputs are inputs like others
  instance("without", gated, { by: 1, enable: flag });
  // @ts-expect-error there is no such style
  resetStyle(gated, { kind: "soft" });
}
