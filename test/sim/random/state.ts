import { type Bool, fromBits, memory, mux, register, rom, sint, uint } from "@chisel-ts/core";
import type { Body } from "./body.ts";
import { convert } from "./combine.ts";
import type { Naming } from "./naming.ts";
import { pattern, resize, topBit } from "./operations.ts";
import type { StateStep, TableStep } from "./steps.ts";

const everything = 3;

/** A register, with a reset value or without, signed or not, whose next state comes from later values. */
export function addRegister(body: Body, s: StateStep, index: number, naming: Naming): void {
  const { width } = body.find(everything, s.a).signal;
  const type = s.n % 2 === 0 ? uint(width) : sint(width);
  const reset = s.c % 2 === 0 ? fromBits(type, pattern(s.n, width)) : undefined;
  const state = register(naming.of(`r${index}`), type, reset === undefined ? {} : { reset });
  const bits = state.asUInt();
  const held = reset === undefined && body.started ? mux(body.started, bits, bits.and(0)) : bits;
  body.add(held, 0);
  body.feedback.push(() => {
    const picked = resize(body.pick(everything, s.a + s.b).signal, width);
    // A register that is set to nothing but itself is refused.
    const next = picked.node === state.node ? picked.not() : picked;
    const enable = (): Bool => topBit(body.pick(everything, s.b).signal);
    const nexts = [() => next, () => mux(enable(), next, held), () => held.addWrap(next)];
    state.set(convert(nexts[s.b % 3]!(), type) as typeof state);
  });
}

/** Into how many lanes a mask divides words of a width. */
function laneCount(width: number, n: number): number {
  const possible = [1, 2, 3, 4, 5, 8, 13, 16, width].filter(
    (lanes) => width % lanes === 0 && lanes <= 64,
  );
  return possible[n % possible.length]!;
}

/** A memory of one or two write and read ports; its depth is seldom a power of two. */
export function addMemory(body: Body, s: StateStep, index: number, naming: Naming): void {
  const pick = (n: number) => body.pick(everything, n).signal;
  const data = pick(s.a);
  const depth = 1 + (s.n % (s.c % 5 === 0 ? 300 : 20));
  const given = body.started ? depth : s.c % 2 === 0 ? 0 : 1 + (s.b % depth);
  const contents = Array.from({ length: given }, (_, i) =>
    body.started && s.c % 2 === 0 ? 0n : pattern(s.n + i, data.width),
  );
  const words = memory(naming.of(`m${index}`), {
    depth,
    type: uint(data.width),
    collision: s.n % 3 === 0 ? "new" : "old",
    ...(given > 0 ? { contents } : {}),
  });
  const { started } = body;
  for (let port = 0; port <= s.b % 2; port++) {
    const write = topBit(pick(s.c + port));
    const address = resize(pick(s.b + port), words.addressWidth);
    const word = resize(pick(s.a + port), data.width);
    const enable = started ? write.and(started) : write;
    const lanes = s.n % 4 === 1 ? laneCount(data.width, s.b) : 0;
    if (lanes === 0) words.write(address, word, enable);
    else words.writeMasked(address, word, resize(pick(s.n + s.a + port), lanes), enable);
  }
  for (let port = 0; port <= s.a % 2; port++) {
    const read = topBit(pick(s.n + port));
    const word = words.read(
      naming.of(`q${index}_${port}`),
      resize(pick(s.c + s.b + port), words.addressWidth),
      started ? read.or(started.not()) : read,
    );
    body.add(started ? mux(started, word, word.and(0)) : word, 0);
  }
  if (s.a % 3 !== 0) return;
  // The address depends on inputs within the cycle, and so does the word.
  const side = 1 + (s.b % 2);
  const address = body.pick(side, s.n);
  const word = words.readCombinational(resize(address.signal, words.addressWidth));
  const known = started ? mux(started, word, word.and(0)) : word;
  body.add(known, address.reads);
}

/** A table of constants; its depth is seldom a power of two. */
export function addTable(body: Body, s: TableStep, index: number, naming: Naming): void {
  const { width } = body.find(everything, s.a).signal;
  const contents = Array.from({ length: s.words }, (_, i) => pattern(s.n + i, width));
  const table = rom(naming.of(`t${index}`), { type: uint(width), contents });
  const address = body.pick(s.side, s.b);
  body.compute(table.read(resize(address.signal, table.addressWidth)), [address]);
}
