import {
  type Bundle,
  bool,
  concat,
  flip,
  input,
  literal,
  type Module,
  module,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";

/** Bits of a byte address: 16 registers of 32 bits. */
export const addressBits = 6;

/** Bits of a register's number. */
export const wordBits = addressBits - 2;

/** The ports of an AXI4-Lite slave with 32-bit data, without AxPROT. */
export const axiLite = {
  awvalid: input(bool()),
  awready: output(bool()),
  awaddr: input(uint(addressBits)),
  wvalid: input(bool()),
  wready: output(bool()),
  wdata: input(uint(32)),
  wstrb: input(uint(4)),
  bvalid: output(bool()),
  bready: input(bool()),
  bresp: output(uint(2), "OKAY 0, SLVERR 2"),
  arvalid: input(bool()),
  arready: output(bool()),
  araddr: input(uint(addressBits)),
  rvalid: output(bool()),
  rready: input(bool()),
  rdata: output(uint(32)),
  rresp: output(uint(2), "OKAY 0, SLVERR 2"),
} satisfies Bundle;

/** Single accesses to registers, seen from the bus. */
export const registerBus = {
  write: {
    enable: output(bool(), "write at this edge"),
    word: output(uint(wordBits), "number of the register"),
    data: output(uint(32)),
    strobe: output(uint(4), "bytes to write"),
    error: input(bool(), "there is nothing to write"),
  },
  read: {
    word: output(uint(wordBits), "number of the register"),
    data: input(uint(32), "its value"),
    error: input(bool(), "there is no such register"),
  },
} satisfies Bundle;

export const registerSide = flip(registerBus);

export interface BusPorts {
  readonly [name: string]: typeof axiLite | typeof registerBus;
  readonly axi: typeof axiLite;
  readonly bus: typeof registerBus;
}

/**
 * An AXI4-Lite slave in front of registers. One write and one read are under way at a time; address and data of
 * a write come in any order. Every ready and valid is a register, so nothing waits for the other side in its
 * own cycle. A write takes effect in the cycle after its address and its data are taken.
 */
export const axiLiteSlave: Module<BusPorts> = module(
  {
    name: "axi_lite_slave",
    description: "AXI4-Lite slave in front of registers",
    ports: { axi: axiLite, bus: registerBus } as BusPorts,
  },
  ({ axi, bus }) => {
    const held = (name: string) => register(name, bool(), { reset: 0 });
    const [address, data, answered, read] = [
      held("address_held"),
      held("data_held"),
      held("write_answered"),
      held("read_answered"),
    ];
    const [word, value, strobe] = [
      register("write_word", uint(wordBits), { reset: 0 }),
      register("write_data", uint(32), { reset: 0 }),
      register("write_strobe", uint(4), { reset: 0 }),
    ];
    const [writeError, readError] = [held("write_error"), held("read_error")];
    const readData = register("read_data", uint(32), { reset: 0 });
    const response = (error: typeof writeError) => concat(error, literal(uint(1), 0));

    axi.awready.set(address.not());
    axi.wready.set(data.not());
    when(axi.awvalid.and(address.not()), () => {
      address.set(true);
      word.set(axi.awaddr.bits(addressBits - 1, 2));
    });
    when(axi.wvalid.and(data.not()), () => {
      data.set(true);
      value.set(axi.wdata);
      strobe.set(axi.wstrb);
    });
    const now = address.and(data).and(answered.not());
    bus.write.enable.set(now);
    bus.write.word.set(word);
    bus.write.data.set(value);
    bus.write.strobe.set(strobe);
    when(now, () => {
      address.set(false);
      data.set(false);
      answered.set(true);
      writeError.set(bus.write.error);
    });
    when(answered.and(axi.bready), () => answered.set(false));
    axi.bvalid.set(answered);
    axi.bresp.set(response(writeError));

    axi.arready.set(read.not());
    bus.read.word.set(axi.araddr.bits(addressBits - 1, 2));
    when(axi.arvalid.and(read.not()), () => {
      read.set(true);
      readData.set(bus.read.data);
      readError.set(bus.read.error);
    });
    when(read.and(axi.rready), () => read.set(false));
    axi.rvalid.set(read);
    axi.rdata.set(readData);
    axi.rresp.set(response(readError));
  },
);
