import { bool, input, output, uint } from "@chisel-ts/core";

/** Bytes that no burst crosses a multiple of. */
export const boundary = 4096;

/**
 * The ports of an AXI4 master without identifiers, locks, caches and protection: incrementing bursts of whole beats, answered in
 * order.
 *
 * @param lanes bytes of a beat
 * @param addressBits of a byte address
 */
export const axiMaster = (lanes: number, addressBits: number) => ({
  arvalid: output(bool(), "read address valid"),
  arready: input(bool(), "read address ready"),
  araddr: output(uint(addressBits), "read address in bytes"),
  arlen: output(uint(8), "beats of the burst minus 1"),
  arsize: output(uint(3), "bytes of a beat, as a power of 2"),
  arburst: output(uint(2), "1: addresses increment"),
  rvalid: input(bool(), "read data valid"),
  rready: output(bool(), "read data ready"),
  rdata: input(uint(8 * lanes), "read data"),
  rresp: input(uint(2), "read response: OKAY 0, SLVERR 2, DECERR 3"),
  rlast: input(bool(), "last beat of the burst"),
  awvalid: output(bool(), "write address valid"),
  awready: input(bool(), "write address ready"),
  awaddr: output(uint(addressBits), "write address in bytes"),
  awlen: output(uint(8), "beats of the burst minus 1"),
  awsize: output(uint(3), "bytes of a beat, as a power of 2"),
  awburst: output(uint(2), "1: addresses increment"),
  wvalid: output(bool(), "write data valid"),
  wready: input(bool(), "write data ready"),
  wdata: output(uint(8 * lanes), "write data"),
  wstrb: output(uint(lanes), "write strobes, one for each byte"),
  wlast: output(bool(), "last beat of the burst"),
  bvalid: input(bool(), "write response valid"),
  bready: output(bool(), "write response ready"),
  bresp: input(uint(2), "write response: OKAY 0, SLVERR 2, DECERR 3"),
});
