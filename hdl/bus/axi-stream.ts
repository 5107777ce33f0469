import { bool, input, output, type PortItem } from "@chisel-ts/core";

/**
 * An AXI4-Stream with some data, seen from its source: without TLAST, TKEEP, TSTRB and the rest.
 *
 * @param beat what a beat is, for the comments of its ports: `activation`
 */
export const axiStream = <D extends PortItem>(beat: string, tdata: D) => ({
  tvalid: output(bool(), `the ${beat} beat is valid`),
  tready: input(bool(), `ready for the ${beat} beat`),
  tdata,
});

/** The same with TLAST. */
export const axiStreamWithLast = <D extends PortItem>(beat: string, tdata: D) => ({
  ...axiStream(beat, tdata),
  tlast: output(bool(), `the ${beat} beat is the last of the job`),
});
