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
import { registerScript, streamSink, streamSource } from "../../sim/index.ts";

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
export const device = module(
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

/** What drives its ports. */
export const models = {
  from: streamSource(device, "from"),
  to: streamSink(device, "to"),
  control: registerScript(device, "control"),
  memory,
};
