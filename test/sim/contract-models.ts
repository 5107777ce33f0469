import {
  bool,
  concat,
  flip,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  queue,
  register,
  sint,
  uint,
  when,
  wire,
} from "@chisel-ts/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Engine,
  engines,
  ProtocolError,
  registerScript,
  streamSink,
  streamSource,
} from "../../sim/index.ts";

const axi = {
  awvalid: input(bool()),
  awready: output(bool()),
  awaddr: input(uint(4)),
  wvalid: input(bool()),
  wready: output(bool()),
  wdata: input(uint(32)),
  wstrb: input(uint(4)),
  bvalid: output(bool()),
  bready: input(bool()),
  bresp: output(uint(2)),
  arvalid: input(bool()),
  arready: output(bool()),
  araddr: input(uint(4)),
  rvalid: output(bool()),
  rready: input(bool()),
  rdata: output(uint(32)),
  rresp: output(uint(2)),
};

/**
 * A stream of signed numbers to which a register is added on the way, beside the squares of what came; words of a memory,
 * read one after the other as long as a register says, summed up.
 */
const device = module(
  {
    name: "device",
    ports: {
      control: axi,
      from: flip({
        valid: output(bool()),
        ready: input(bool()),
        last: output(bool()),
        bits: { number: output(sint(12)), tag: output(uint(70)), flag: output(bool()) },
      }),
      to: {
        valid: output(bool()),
        ready: input(bool()),
        last: output(bool()),
        bits: { sum: output(sint(13)), tag: output(uint(70)), square: output(uint(24)) },
      },
      request: {
        valid: output(bool()),
        ready: input(bool()),
        address: output(uint(5)),
        write: output(bool()),
        data: { low: output(uint(16)), high: output(uint(9)) },
      },
      response: flip({
        valid: output(bool()),
        ready: input(bool()),
        data: { low: output(uint(16)), high: output(uint(9)) },
      }),
      lost: input(bool(), "breaks the rules of the stream"),
    },
  },
  (io) => {
    const held = (name: string, width: number) => register(name, uint(width), { reset: 0 });
    const flag = (name: string) => register(name, bool(), { reset: 0 });
    // Registers: 0 the addend, 4 how many words to read, 8 their sum, 12 answers with an error.
    const [address, data, answered, read] = [
      flag("aw_held"),
      flag("w_held"),
      flag("answered"),
      flag("read"),
    ];
    const [place, value, error, wrong, shown] = [
      held("place", 4),
      held("value", 32),
      flag("error"),
      flag("wrong"),
      held("shown", 32),
    ];
    const [addend, words, total] = [held("addend", 12), held("words", 5), held("total", 32)];
    const { control: c } = io;
    c.awready.set(address.not());
    c.wready.set(data.not());
    when(c.awvalid.and(address.not()), () => {
      address.set(true);
      place.set(c.awaddr);
    });
    when(c.wvalid.and(data.not()).and(c.wstrb.eq(15)), () => {
      data.set(true);
      value.set(c.wdata);
    });
    when(address.and(data).and(answered.not()), () => {
      address.set(false);
      data.set(false);
      answered.set(true);
      wrong.set(place.eq(12));
      when(place.eq(0), () => addend.set(value.bits(11, 0)));
      when(place.eq(4), () => words.set(value.bits(4, 0)));
      when(place.eq(8), () => total.set(value));
    });
    when(answered.and(c.bready), () => answered.set(false));
    c.bvalid.set(answered);
    c.bresp.set(mux(wrong, literal(uint(2), 2), literal(uint(2), 0)));
    c.arready.set(read.not());
    when(c.arvalid.and(read.not()), () => {
      read.set(true);
      error.set(c.araddr.eq(12));
      when(c.araddr.eq(8), () => shown.set(total))
        .elsewhen(c.araddr.eq(4), () => shown.set(words.extend(32)))
        .otherwise(() => shown.set(addend.extend(32)));
    });
    when(read.and(c.rready), () => read.set(false));
    c.rvalid.set(read);
    c.rdata.set(shown);
    c.rresp.set(mux(error, literal(uint(2), 2), literal(uint(2), 0)));

    const type = uint(109);
    const { number, tag } = io.from.bits;
    const sum = number.add(addend.asSInt());
    const square = number.mul(number).asUInt();
    const ready = wire("queue_ready", bool());
    const source = {
      valid: io.from.valid,
      bits: concat(io.from.last, square, tag, sum.asUInt(), io.from.bits.flag),
    };
    const { sink, source: taken } = instance("queue", queue({ type, depth: 2 }), {
      source,
      sink: { ready },
    });
    io.from.ready.set(taken.ready);
    ready.set(io.to.ready);
    io.to.valid.set(sink.valid.and(io.lost.not()));
    io.to.bits.sum.set(sink.bits.bits(13, 1).asSInt());
    io.to.bits.tag.set(sink.bits.bits(83, 14));
    io.to.bits.square.set(sink.bits.bits(107, 84));
    io.to.last.set(sink.bits.bit(108));

    // When all words are read, as many are written to the upper half: the sum, and ones more.
    const [asked, returned, back] = [held("asked", 5), held("returned", 5), held("back", 5)];
    const [pause, tops] = [flag("pause"), held("tops", 9)];
    const { request, response } = io;
    const asks = asked.lt(words);
    const writing = returned.eq(words).and(back.lt(words)).and(asks.not());
    request.valid.set(asks.or(writing));
    request.write.set(writing);
    request.address.set(mux(writing, back.addWrap(16), asked.addWrap(0)));
    request.data.low.set(
      mux(writing, total.bits(15, 0).addWrap(back.extend(16)), literal(uint(16), 0)),
    );
    request.data.high.set(mux(writing, tops.xor(back.extend(9)), literal(uint(9), 0)));
    when(request.ready.and(asks), () => asked.set(asked.addWrap(1)));
    when(request.ready.and(writing), () => back.set(back.addWrap(1)));
    pause.set(pause.not());
    response.ready.set(pause.not());
    when(response.valid.and(pause.not()), () => {
      returned.set(returned.addWrap(1));
      total.set(total.addWrap(response.data.low.extend(32)));
      tops.set(tops.xor(response.data.high));
    });
  },
);

const memory = {
  kind: "memory",
  request: {
    valid: "request_valid",
    ready: "request_ready",
    address: "request_address",
    write: "request_write",
    data: ["request_data_low", "request_data_high"],
  },
  response: {
    valid: "response_valid",
    ready: "response_ready",
    data: ["response_data_low", "response_data_high"],
  },
  latency: 3,
  interval: 2,
  outstanding: 3,
} as const;

const models = {
  from: streamSource(device, "from"),
  to: streamSink(device, "to"),
  control: registerScript(device, "control"),
  memory,
};

const open = (engine: Engine) => engine.open(device, { models });

const pattern = fc
  .array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  .map((list) => Uint32Array.from(list));
const work = fc.record({
  numbers: fc.array(
    fc.tuple(fc.integer({ min: -2048, max: 2047 }), fc.bigInt({ min: 0n, max: 2n ** 70n - 1n })),
    { maxLength: 12 },
  ),
  gaps: pattern,
  delays: pattern,
  late: fc.boolean(),
  addend: fc.integer({ min: 0, max: 4095 }),
  words: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 1, maxLength: 12 }),
});

type Case = typeof work extends fc.Arbitrary<infer T> ? T : never;

/** A beat is the number in 2 bytes, the tag in 16 and the flag in one. */
function packed(numbers: Case["numbers"]): Uint8Array {
  const bytes = new Uint8Array(19 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach(([number, tag], beat) => {
    view.setInt16(19 * beat, number, true);
    view.setBigUint64(19 * beat + 2, BigInt.asUintN(64, tag), true);
    view.setBigUint64(19 * beat + 10, tag >> 64n, true);
    bytes[19 * beat + 18] = beat & 1;
  });
  return bytes;
}

function contentsOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * 32);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint16(4 * index, word, true);
    view.setUint16(4 * index + 2, index, true);
  });
  return bytes;
}

const runOf = ({ numbers, gaps, delays, late, addend, words }: Case) => ({
  from: {
    beats: packed(numbers),
    gaps,
    ...(late && { arrivals: Uint32Array.from(numbers, (_, beat) => 10 + 3 * beat) }),
  },
  to: { beats: numbers.length, delays },
  control: {
    steps: [
      { write: 0, data: addend },
      { write: 8, data: 0 },
      { write: 4, data: words.length },
      { read: 4 },
      { idle: 2 },
      { after: ["from", "to"] },
      { poll: 8, mask: 0xffff_ffff, equals: words.reduce((a, b) => a + b, 0) },
      { read: 0 },
    ],
  },
  memory: { contents: contentsOf(words) },
});

/** What models mean, as equal on every engine. */
export function contractOfModels(engine: Engine, runs: number): void {
  describe(`${engine.name}: models that drive ports`, () => {
    const opened = new Map<Engine, ReturnType<typeof open>>();
    const on = (which: Engine) => {
      const dut = opened.get(which) ?? open(which);
      opened.set(which, dut);
      dut.reset();
      return dut;
    };
    afterAll(() => {
      for (const dut of opened.values()) dut.close();
    });

    test("every beat, cycle, answer and word is as the interpreter has it, under random stalls", () => {
      fc.assert(
        fc.property(work, (one) => {
          const expected = on(engines.interpreter).run(runOf(one), 2_000);
          expect(on(engine).run(runOf(one), 2_000)).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });

    test("beats come as they were sent, with the sums, in the first cycles possible", () => {
      const dut = on(engine);
      const numbers: Case["numbers"] = [
        [-5, 2n ** 69n + 1n],
        [2047, 0n],
        [-2048, 7n],
      ];
      const { models, cycles } = dut.run(
        { from: { beats: packed(numbers) }, to: { beats: 3 } },
        100,
      );
      expect(models.from.transfers).toEqual(Uint32Array.of(0, 1, 2));
      expect(models.to.transfers).toEqual(Uint32Array.of(1, 2, 3));
      expect(models.to.last).toEqual(Uint8Array.of(0, 0, 1));
      expect(cycles).toBe(4);
      const view = new DataView(models.to.beats.buffer);
      const size = 2 + 16 + 4;
      numbers.forEach(([number, tag], beat) => {
        expect(view.getInt16(size * beat, true)).toBe(number);
        expect(view.getBigUint64(size * beat + 2, true)).toBe(BigInt.asUintN(64, tag));
        expect(view.getBigUint64(size * beat + 10, true)).toBe(tag >> 64n);
        expect(view.getUint32(size * beat + 18, true)).toBe(number * number);
      });
    });

    test("words are read, summed up and written back", () => {
      const words = [7, 65_535, 300];
      const { models } = on(engine).run(
        runOf({
          numbers: [],
          gaps: new Uint32Array(),
          delays: new Uint32Array(),
          late: false,
          addend: 99,
          words,
        }),
        500,
      );
      expect(models.control.reads).toEqual(Uint32Array.of(3, 65_842, 99));
      const after = new DataView(models.memory.contents.buffer, models.memory.contents.byteOffset);
      // The poll that sees the sum ends after the first of the words was written.
      expect(after.getUint16(4 * 16, true)).toBe(65_842 % 65_536);
    });

    test("a beat that is withdrawn, an error and work that is left are reported", () => {
      const dut = on(engine);
      const beats = packed([
        [1, 1n],
        [2, 2n],
      ]);
      expect(() => dut.run({ from: { beats }, to: { beats: 3 } }, 50)).toThrow(
        new ProtocolError("device has not done its work after 50 cycles: to at beat 2 of 3"),
      );
      dut.reset();
      expect(() =>
        dut.run(
          {
            control: {
              steps: [
                { write: 4, data: 0 },
                { write: 12, data: 0 },
              ],
            },
          },
          50,
        ),
      ).toThrow(
        new ProtocolError(
          "control of device, cycle 5, step 1 of 2: the access is answered with an error",
        ),
      );
      dut.reset();
      expect(() => dut.run({ from: { beats }, to: { beats: 1 } }, 50)).not.toThrow();
      expect(() => dut.run({ control: { steps: [{ idle: 3 }] } }, 50)).toThrow(
        new ProtocolError(
          "to of device, cycle 0, beat 0 of 0: valid rises for a beat that nothing asked for",
        ),
      );
      dut.reset();
      expect(() =>
        dut.run(
          {
            memory: { contents: new Uint8Array(4) },
            control: { steps: [{ write: 4, data: 5 }, { idle: 20 }] },
          },
          50,
        ),
      ).toThrow(/memory of device, cycle \d+, beat 1 of 1: the address is beyond the memory/);
      dut.reset();
      expect(() => dut.run({ from: { beats: beats.subarray(1) } }, 50)).toThrow(
        "37 bytes of beats are no multiple of 19",
      );
      expect(() => dut.run({ form: { beats } } as object, 50)).toThrow(
        "there is no model form; there are from, to, control, memory",
      );
      expect(() => {
        dut.in.to.ready = true;
      }).toThrow("to_ready of device is driven by the model to, in runs alone");
    });
  });
}
