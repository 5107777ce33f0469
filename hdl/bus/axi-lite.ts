import {
  type Bool,
  bool,
  concat,
  flip,
  input,
  literal,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";
import { circuit } from "../circuit.ts";

/** Bits of a byte address: 16 registers of 32 bits. */
export const addressBits = 6;

/** Bits of a register's number. */
export const wordBits = addressBits - 2;

/** The ports of an AXI4-Lite slave with 32-bit data, without AxPROT. */
export const axiLite = {
  awvalid: input(bool(), "write address valid"),
  awready: output(bool(), "write address ready"),
  awaddr: input(uint(addressBits), "write address in bytes"),
  wvalid: input(bool(), "write data valid"),
  wready: output(bool(), "write data ready"),
  wdata: input(uint(32), "write data"),
  wstrb: input(uint(4), "write strobes, one for each byte"),
  bvalid: output(bool(), "write response valid"),
  bready: input(bool(), "write response ready"),
  bresp: output(uint(2), "write response: OKAY 0, SLVERR 2"),
  arvalid: input(bool(), "read address valid"),
  arready: output(bool(), "read address ready"),
  araddr: input(uint(addressBits), "read address in bytes"),
  rvalid: output(bool(), "read data valid"),
  rready: input(bool(), "read data ready"),
  rdata: output(uint(32), "read data"),
  rresp: output(uint(2), "read response: OKAY 0, SLVERR 2"),
};

/** Single accesses to registers, seen from the bus. */
export const registerBus = {
  write: {
    enable: output(bool(), "write the register at the next rising edge"),
    word: output(uint(wordBits), "number of the register to write"),
    data: output(uint(32), "data to write"),
    strobe: output(uint(4), "bytes to write"),
    error: input(bool(), "the register to write does not exist or is read-only"),
  },
  read: {
    word: output(uint(wordBits), "number of the register to read"),
    data: input(uint(32), "value of the register to read"),
    error: input(bool(), "the register to read does not exist"),
  },
};

export const registerSide = flip(registerBus);

/**
 * An AXI4-Lite slave in front of registers. One write and one read are outstanding at a time; address and data of
 * a write come in any order. Every ready and valid is a register, so nothing waits for the other side in its
 * own cycle. A write takes effect in the cycle after its address and its data have transferred.
 */
export const axiLiteSlave = circuit({
  name: "axi_lite_slave",
  description: "AXI4-Lite slave in front of registers",
  parameters: {},
  ports: () => ({ axi: axiLite, bus: registerBus }),
  build({ axi, bus }) {
    const bit = (name: string) => register(name, bool(), { reset: 0 });
    const [address, data] = [bit("address_held"), bit("data_held")];
    const [answered, read] = [bit("write_answered"), bit("read_answered")];
    const [writeError, readError] = [bit("write_error"), bit("read_error")];
    const word = register("write_word", uint(wordBits), { reset: 0 });
    const value = register("write_data", uint(32), { reset: 0 });
    const strobe = register("write_strobe", uint(4), { reset: 0 });
    const readData = register("read_data", uint(32), { reset: 0 });
    const response = (error: Bool) => concat(error, literal(uint(1), 0));

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
});
