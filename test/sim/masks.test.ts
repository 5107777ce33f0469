import {
  type Bool,
  bool,
  concat,
  emitDesign,
  input,
  literal,
  type Module,
  memory,
  module,
  mutants,
  mux,
  output,
  register,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { describe, expect, test } from "vitest";
import { equivalence, prove } from "../../formal/index.ts";
import { type Columns, engines } from "../../sim/index.ts";
import { seededRandom } from "../../src/format/index.ts";

interface Shape {
  readonly width: number;
  readonly lanes: number;
  readonly depth: number;
  readonly collision: "old" | "new";
}

/** A memory with a masked write port and one without, which comes first. */
const ram = ({ width, lanes, depth, collision }: Shape) =>
  module(
    {
      name: `ram_${width}_${lanes}_${collision}`,
      ports: {
        write: input(bool()),
        read: input(bool()),
        to: input(uint(3)),
        from: input(uint(3)),
        fill: input(bool()),
        at: input(uint(3)),
        data: input(uint(width)),
        mask: input(uint(lanes)),
        word: output(uint(width)),
      },
    },
    (io) => {
      const contents = Array.from({ length: depth }, (_, i) => i % 2 ** Math.min(width, 3));
      const words = memory("words", { depth, type: uint(width), collision, contents });
      words.write(io.at, io.data.not(), io.fill);
      words.writeMasked(io.to, io.data, io.mask, io.write);
      io.word.set(words.read("word_read", io.from, io.read));
    },
  );

const CYCLES = 300;

function stimulus({ width, lanes }: Shape): Columns {
  const generator = seededRandom(width + lanes);
  const bits = (n: number): bigint => {
    let value = 0n;
    for (let i = 0; i < n; i += 32) value = (value << 32n) | BigInt(generator.next() >>> 0);
    return BigInt.asUintN(n, value);
  };
  const column = (n: number) => Array.from({ length: CYCLES }, () => bits(n));
  const small = (n: number) => Uint8Array.from(column(n), Number);
  const any = (n: number) => {
    if (n > 64) return column(n);
    if (n > 32) return BigUint64Array.from(column(n));
    const numbers = column(n).map(Number);
    return n > 16
      ? Uint32Array.from(numbers)
      : n > 8
        ? Uint16Array.from(numbers)
        : Uint8Array.from(numbers);
  };
  return {
    write: small(1),
    read: small(1),
    to: small(3),
    from: small(3),
    fill: small(1),
    at: small(3),
    data: any(width),
    mask: any(lanes),
  };
}

/** The words that the port shows, by strings of bits: no arithmetic of the engines is in it. */
function expected({ width, lanes, depth, collision }: Shape, columns: Columns): bigint[] {
  const words = Array.from({ length: depth }, (_, i) =>
    (i % 2 ** Math.min(width, 3)).toString(2).padStart(width, "0"),
  );
  let shown = "0";
  return Array.from({ length: CYCLES }, (_, cycle) => {
    const number = (name: string) => Number(columns[name]![cycle]);
    const text = (name: string, n: number) =>
      BigInt(columns[name]![cycle]!).toString(2).padStart(n, "0");
    const before = shown;
    const old = words[number("from")] ?? "0";
    const data = text("data", width);
    if (number("fill") && number("at") < depth) {
      words[number("at")] = data.replace(/[01]/g, (bit) => (bit === "0" ? "1" : "0"));
    }
    if (number("write") && number("to") < depth) {
      const kept = words[number("to")]!;
      const mask = text("mask", lanes);
      const takes = (bit: number) => mask[Math.floor(bit / (width / lanes))] === "1";
      words[number("to")] = [...kept].map((bit, i) => (takes(i) ? data[i] : bit)).join("");
    }
    if (number("read")) shown = collision === "new" ? (words[number("from")] ?? "0") : old;
    return BigInt(`0b${before}`);
  });
}

const shapes: readonly Shape[] = [
  { width: 32, lanes: 4, depth: 8, collision: "old" },
  { width: 32, lanes: 4, depth: 5, collision: "new" },
  { width: 7, lanes: 7, depth: 8, collision: "new" },
  { width: 9, lanes: 1, depth: 6, collision: "old" },
  { width: 1, lanes: 1, depth: 8, collision: "new" },
  { width: 192, lanes: 3, depth: 8, collision: "new" },
  { width: 130, lanes: 2, depth: 8, collision: "old" },
];

describe("a mask writes its lanes of a word and no others", () => {
  for (const engine of Object.values(engines)) {
    // Two models in Verilator, each of which takes seconds to build.
    const chosen = engine === engines.verilator ? shapes.slice(1, 3) : shapes;
    test.each(chosen)(`${engine.name}: $width bits, $lanes lanes, $collision`, (shape) => {
      const columns = stimulus(shape);
      const dut = engine.open(ram(shape));
      dut.in.read = true;
      dut.in.from = 0n;
      dut.step();
      const found = [...dut.batch(columns, CYCLES).word!].map(BigInt);
      dut.close();
      expect(found).toEqual(expected(shape, columns));
    });
  }
});

test("the Verilog has a part of the word for each lane, and none for a lane that is never written", () => {
  const ports = { d: input(uint(9)), m: input(uint(3)), a: input(uint(1)), q: output(uint(9)) };
  const thirds = (constant: boolean) =>
    module({ name: "thirds", ports }, (io) => {
      const words = memory("words", { depth: 2, type: uint(9) });
      const mask = constant ? literal(uint(3), 0b101) : io.m;
      words.writeMasked(io.a, io.d, mask, io.m.bit(0));
      io.q.set(words.read("q_read", io.a));
    });
  const textOf = (constant: boolean) => emitDesign(thirds(constant)).files[0]!.text;
  expect(textOf(false)).toContain(`
    if (m[0]) begin
      if (m[0]) words[a][2:0] <= d[2:0];
      if (m[1]) words[a][5:3] <= d[5:3];
      if (m[2]) words[a][8:6] <= d[8:6];
    end
    q_read <= words[a];
`);
  expect(textOf(true)).toContain(`
    if (m[0]) begin
      words[a][2:0] <= d[2:0];
      words[a][8:6] <= d[8:6];
    end
    q_read <= words[a];
`);
});

test("a mask that does not divide the word into equal lanes is refused", () => {
  expect(() => ram({ width: 8, lanes: 3, depth: 8, collision: "old" })).toThrow(
    "`words` has words of 8 bits, which a mask of 3 bits does not divide into equal lanes",
  );
});

describe("a masked memory in the prover", () => {
  const ports = {
    write: input(bool()),
    a: input(uint(1)),
    b: input(uint(1)),
    d: input(uint(4)),
    m: input(uint(2)),
    q: output(uint(4)),
  };
  /** The lanes of a word that were written before it was read: a reset leaves memories as they are. */
  const shown = (
    io: { readonly write: Bool; readonly a: UInt; readonly m: UInt },
    lanes: readonly UInt[],
  ) => {
    const parts = lanes.map((lane, i) => {
      const written = register(`written_${i}`, bool(), { reset: 0 });
      when(io.write.and(io.m.bit(i)).and(io.a.eq(0)), () => written.set(true));
      const known = register(`known_${i}`, bool(), { reset: 0 });
      known.set(written);
      return mux(known, lane, literal(uint(2), 0));
    });
    return concat(parts.reverse());
  };
  const masked = module({ name: "masked", ports }, (io) => {
    const words = memory("words", { depth: 1, type: uint(4) });
    words.writeMasked(io.a, io.d, io.m, io.write);
    const word = words.read("word", io.b);
    io.q.set(shown(io, [word.bits(1, 0), word.bits(3, 2)]));
  });
  /** The same of a memory for each lane; `cross` swaps the bits of the mask. */
  const split = (cross: boolean): Module<typeof ports> =>
    module({ name: "split", ports }, (io) => {
      const read = [0, 1].map((lane) => {
        const words = memory(`words_${lane}`, { depth: 1, type: uint(2) });
        const enable = io.write.and(io.m.bit(cross ? 1 - lane : lane));
        words.write(io.a, io.d.bits(2 * lane + 1, 2 * lane), enable);
        return words.read(`word_${lane}`, io.b);
      });
      io.q.set(shown(io, read));
    });

  test("is a memory for each lane, and no other", async () => {
    const found = await Promise.all(
      [false, true].map((cross) => prove(equivalence(masked, split(cross)))),
    );
    expect(found.map(({ verdict }) => verdict)).toEqual(["proved", "disproved"]);
  });

  test("a mutant of what a lane depends on behaves otherwise", () => {
    const shape = { width: 8, lanes: 4, depth: 8, collision: "old" } as const;
    const made = module({ name: "made", ports: ram(shape).ports }, (io) => {
      const words = memory("words", { depth: 4, type: uint(8), contents: [0, 1, 2, 3] });
      words.writeMasked(io.to.truncate(2), io.data, io.mask.xor(5), io.write.or(io.fill));
      io.word.set(words.read("word_read", io.from.addWrap(io.at).truncate(2), io.read));
    });
    const columns = stimulus(shape);
    const answer = (one: Module) =>
      Array.from(engines.interpreter.open(one).batch(columns, CYCLES).word!, BigInt);
    const right = answer(made);
    const wrong = [...mutants(made)].filter(({ what }) => what.startsWith("xor"));
    expect(wrong.length).toBeGreaterThan(4);
    for (const { module: mutant } of wrong) expect(answer(mutant)).not.toEqual(right);
  });
});
