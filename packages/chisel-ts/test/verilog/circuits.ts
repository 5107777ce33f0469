import {
  assert,
  assume,
  bool,
  concat,
  cover,
  display,
  enumeration,
  input,
  instance,
  type ir,
  literal,
  match,
  memory,
  module,
  mux,
  named,
  output,
  queue,
  register,
  rom,
  sint,
  switchOn,
  uint,
  unused,
  when,
  wire,
} from "../../src/index.ts";

/** Every operation of the table, on operands of several widths. */
export const everyOperation = module(
  {
    name: "every_operation",
    ports: {
      a: input(uint(8)),
      b: input(uint(8)),
      c: input(sint(5)),
      d: input(sint(5)),
      s: input(uint(3)),
      f: input(bool()),
      bitwise: output(uint(8)),
      sum: output(uint(9)),
      difference: output(sint(9)),
      products: output(uint(26)),
      compared: output(uint(8)),
      shifted: output(uint(20)),
      arithmetic: output(sint(5)),
      nested: output(sint(5)),
      reduced: output(uint(3)),
      extended: output(sint(13)),
      scaled: output(sint(20)),
      repeated: output(uint(4)),
      chosen: output(uint(8)),
    },
  },
  (io) => {
    const { a, b, c, d, s, f } = io;
    io.bitwise.set(a.and(b).or(a.xor(b.not())).not());
    io.sum.set(a.add(b));
    io.difference.set(a.sub(b));
    io.products.set(concat(a.mul(b), c.mul(d)));
    io.compared.set(concat(a.eq(b), a.ne(b), a.lt(b), a.ge(b), c.lt(d), c.ge(d), c.le(d), f.not()));
    io.shifted.set(concat(a.shiftLeftBy(s.bits(1, 0)), a.shiftRightBy(s), f));
    io.arithmetic.set(c.shiftRightBy(s));
    io.nested.set(mux(f, c.shiftRightBy(s).addWrap(d), d));
    io.reduced.set(concat(a.andReduce(), a.orReduce(), a.xorReduce()));
    io.extended.set(c.extend(6).add(d).extend(13));
    io.scaled.set(c.mul(d).mul(-7).extend(20));
    io.repeated.set(f.replicate(4));
    io.chosen.set(mux(f, mux(a.lt(b), a, b), mux(c.isNegative(), s.extend(8), a)));
  },
);

const states = enumeration("state", ["idle", "busy", "done"]);

/** A counter driven by a state machine, with whens inside whens. */
export const machine = module(
  {
    name: "machine",
    description: "Counts `limit` cycles after start",
    parameters: { limit_bits: 8, mode: "once" },
    latency: 1,
    ports: {
      start: input(bool(), "begins a run"),
      limit: input(uint(8), "cycles to count"),
      busy: output(bool(), "a run is under way"),
      count: output(uint(8), "cycles so far"),
    },
  },
  (io) => {
    const state = register("state", states.type, { reset: 0 });
    const counter = register("counter", uint(8), { reset: 0 });
    const last = register("last", uint(8));
    match(states, state, {
      idle: () => {
        when(io.start, () => {
          state.set(states.busy);
          counter.set(0);
        });
      },
      busy: () => {
        when(counter.eq(io.limit), () => state.set(states.done)).otherwise(() =>
          counter.set(counter.addWrap(1)),
        );
      },
      done: () => {
        state.set(states.idle);
        when(io.start, () => when(io.limit.bit(0), () => last.set(counter)));
      },
    });
    io.busy.set(state.eq(states.busy));
    io.count.set(mux(state.eq(states.idle), last, counter));
    assert(counter.le(io.limit).or(state.ne(states.busy)), "counter_stays_below_limit");
    assume(io.limit.lt(200), "limit_is_small");
    cover(state.eq(states.done), "a_run_ends");
  },
);

/** Two ports each way on a memory whose depth is no power of two, and a table. */
export const memories = module(
  {
    name: "memories",
    ports: {
      address: input(uint(3)),
      other: input(uint(3)),
      data: input(sint(16)),
      enable: input(bool()),
      first: output(sint(16)),
      second: output(sint(16)),
      square: output(uint(6)),
    },
  },
  (io) => {
    const words = memory("words", { depth: 5, type: sint(16), contents: [7, -1, 300, 4, -9] });
    const squares = memory("squares", {
      depth: 8,
      type: uint(6),
      contents: [0, 1, 4, 9, 16, 25, 36, 49],
    });
    when(io.enable, () => words.write(io.address, io.data));
    words.write(io.other.addWrap(1), io.data.addWrap(1), io.data.bit(0));
    io.first.set(words.read("first_read", io.address));
    io.second.set(words.read("second_read", io.other, io.enable));
    io.square.set(squares.read("square_read", io.other));
  },
);

/** A register file read in the same cycle, tables complete and not, and a name that a port has too. */
export const registerFile = module(
  {
    name: "register_file",
    ports: {
      first: input(uint(3)),
      second: input(uint(3)),
      target: input(uint(3)),
      value: input(uint(16)),
      write: input(bool()),
      address: input(uint(3)),
      sum: output(uint(16)),
      second_word: output(uint(16)),
      square: output(uint(6)),
      prime: output(sint(5)),
    },
  },
  (io) => {
    const words = memory("words", { depth: 6, type: uint(16), contents: [3, 1, 4, 1, 5, 9] });
    words.write(io.target, io.value, io.write);
    const one = words.readCombinational(io.first);
    named({ one });
    io.sum.set(one.addWrap(words.readCombinational(io.first.xor(io.target))));
    io.second_word.set(words.readCombinational(io.second));
    const squares = rom("squares", { type: uint(6), contents: [0, 1, 4, 9, 16, 25, 36, 49] });
    const primes = rom("primes", { type: sint(5), contents: [2, 3, -5, 7, 11] });
    io.square.set(squares.read(io.address));
    io.prime.set(primes.read(squares.read(io.address.addWrap(1)).truncate(3)));
  },
);

const opcodes = enumeration("opcode", { load: 0x03, store: 0x23, branch: 0x63, jump: 0x6f });
const lights = enumeration("light", ["red", "green", "yellow"], { encoding: "one-hot" });

/** Choices by values, several an arm, and enumerations with codes of their own. */
export const decoder = module(
  {
    name: "decoder",
    ports: {
      opcode: input(uint(7)),
      digit: input(uint(4)),
      segments: output(uint(7)),
      kind: output(uint(2)),
      even_prime: output(uint(2)),
      light: output(lights.type),
      go: output(bool()),
    },
  },
  (io) => {
    const { opcode, digit, segments } = io;
    switchOn(digit)
      .case(0, () => segments.set(0x3f))
      .case(1, () => segments.set(0x06))
      .case([2, 3], () => segments.set(0x5b))
      .case([4, 5, 6, 7, 8, 9], () => segments.set(0x66))
      .default(() => segments.set(0x40));
    const last = register("last", uint(5), { reset: 0 });
    switchOn(opcode)
      .case([opcodes.load, opcodes.store], () => last.set(1))
      .case(
        Array.from({ length: 40 }, (_, i) => 64 + i),
        () => last.set(2),
      )
      .case(opcodes.jump, () => last.set(last.addWrap(1)));
    io.kind.set(last.truncate(2));
    match(opcodes, opcode, {
      load: () => io.even_prime.set(0),
      store: () => io.even_prime.set(1),
      branch: () => io.even_prime.set(2),
      jump: () => io.even_prime.set(3),
    });
    const state = register("state", lights.type, { reset: lights.red.value });
    match(lights, state, {
      red: () => state.set(lights.green),
      green: () => state.set(lights.yellow),
      yellow: () => state.set(lights.red),
    });
    io.light.set(state);
    io.go.set(state.eq(lights.green));
  },
);

/** Displays of every form, of values that only they, or only a check too, need. */
export const talker = module(
  {
    name: "talker",
    ports: {
      a: input(uint(9)),
      b: input(sint(7)),
      wide: input(uint(70)),
      go: input(bool()),
      y: output(uint(9)),
    },
  },
  (io) => {
    const count = register("count", uint(9), { reset: 3 });
    const sum = count.addWrap(io.a);
    named({ sum });
    count.set(sum);
    io.y.set(count);
    display("%d %x %b %d %x %b %%d %d", io.a, io.a, io.a, io.b, io.b, io.b, io.wide);
    when(io.go, () => {
      display('go: a "quoted" \\ text, 100%% of %x', io.wide.xor(io.wide.shiftRight(3).extend(70)));
      when(io.a.bit(0), () => display("%d + %d", sum, io.b.mul(io.b).negate())).otherwise(() =>
        display("%b", io.go),
      );
      assert(io.b.mul(io.b).ge(0), "square");
    });
    display("five is %d, minus one %d", literal(uint(3), 5), literal(sint(4), -1));
  },
);

const stage = module(
  {
    name: "stage",
    description: "Adds with a carry",
    ports: {
      in: { x: input(uint(4)), y: input(uint(4)) },
      sum: output(uint(4)),
      carry: output(bool()),
    },
  },
  (io) => {
    const total = io.in.x.add(io.in.y);
    named({ total });
    io.sum.set(total.truncate(4));
    io.carry.set(total.bit(4));
  },
);

/** An instance whose output comes back to its input through a wire and a register. */
export const feedback = module(
  {
    name: "feedback",
    ports: { step: input(uint(4)), value: output(uint(4)), spare: input(uint(8)) },
  },
  (io) => {
    const back = wire("back", uint(4));
    const adder = instance("adder", stage, { in: { x: back, y: io.step } });
    const held = register("held", uint(4), { reset: 3 });
    held.set(adder.sum);
    back.set(held);
    io.value.set(held.xor(adder.sum));
    unused(io.spare);
  },
);

/** Values too wide and chains too long for one line. */
export const wide = module(
  {
    name: "wide",
    ports: {
      left: input(uint(70)),
      right: input(uint(70)),
      select: input(uint(4)),
      chosen: output(uint(70)),
      gathered: output(uint(700)),
      mixed: output(uint(70)),
      product: output(uint(140)),
    },
  },
  (io) => {
    const { left, right, select } = io;
    const entry = (index: number) => left.xor((0x1234567890abcdefn << 3n) + BigInt(index));
    io.chosen.set(
      Array.from({ length: 12 }, (_, index) => index).reduceRight(
        (rest, index) => mux(select.eq(index), entry(index), rest),
        right,
      ),
    );
    const rotated = Array.from({ length: 10 }, (_, index) =>
      concat(left.bits(index, 0), right.bits(69, index + 1)),
    );
    const [first, ...others] = rotated;
    io.gathered.set(concat(first!, ...others));
    io.mixed.set(rotated.reduce((sum, value) => sum.xor(value.and(left)).or(right), right));
    io.product.set(left.mul(right));
  },
);

export const stream: ir.ModuleIr = queue({ type: uint(8), depth: 3 });

export const circuits: readonly ir.ModuleIr[] = [
  ...[everyOperation, machine, memories, registerFile, decoder, talker, feedback, wide],
  stream,
];
