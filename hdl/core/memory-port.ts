import {
  bitsOf,
  bool,
  concat,
  consumer,
  decoupled,
  flip,
  input,
  literal,
  log2Ceil,
  minimum,
  mux,
  output,
  register,
  type UInt,
  uint,
  unused,
  when,
} from "@chisel-ts/core";
import { axiMaster, boundary } from "../bus/axi.ts";
import { circuit } from "../circuit.ts";
import { addressBits, coreParameters } from "./parameters.ts";

const portsOf = ({ lanes }: { readonly lanes: number }) => ({
  base: input(
    uint(addressBits),
    "address of byte 0; a multiple of a beat, steady while the core is busy",
  ),
  core: flip({
    request: decoupled({ address: uint(addressBits), beats: uint(32) }),
    data: consumer(uint(8 * lanes)),
    store: decoupled({ address: uint(addressBits), code: uint(8) }),
  }),
  memory: axiMaster(lanes, addressBits),
  patience: input(uint(5), "a memory that does not answer for 2^patience cycles has failed"),
  error: output(bool(), "the memory answers with an error"),
  silent: output(bool(), "the memory did not answer; until the reset"),
});

/** Beats of a burst at most. */
const longest = 256;

/** Writes whose answers are awaited at most. */
const writes = 15;

/**
 * The ports of the core on an AXI4 master. A request becomes bursts of at most 256 beats that cross no 4 KiB boundary, an address
 * a cycle; a code is a write of a byte, and no read begins before all writes are answered. In place of a memory that does not
 * answer, the port answers the core with zeros, of which a descriptor is `end`; an address or a beat that is valid stays so, and
 * what comes too late is dropped. A beat with an error is zeros, too.
 */
export const memoryPort = circuit({
  name: "core_memory_port",
  description: "Memory port of the decoder core as an AXI4 master",
  parameters: { lanes: coreParameters.lanes },
  ports: portsOf,
  build({ base, core, memory, patience, error, silent }, { lanes }) {
    const beatBits = log2Ceil(lanes);
    const left = register("beats_left", uint(32), { reset: 0 });
    const address = register("read_address", uint(addressBits), { reset: 0 });
    const pending = register("writes_pending", uint(4), { reset: 0 });
    const givesAddress = register("write_address_valid", bool(), { reset: 0 });
    const givesData = register("write_data_valid", bool(), { reset: 0 });
    const target = register("write_address", uint(addressBits), { reset: 0 });
    const code = register("write_code", uint(8), { reset: 0 });
    const failed = register("memory_failed", bool(), { reset: 0 });
    const silence = register("cycles_silent", uint(32), { reset: 0 });

    const inPage = boundary / lanes;
    const toBoundary = literal(uint(32), inPage)
      .subWrap(address.bits(log2Ceil(boundary) - 1, beatBits).extend(32))
      .asUInt();
    const length = minimum(minimum(left, toBoundary), literal(uint(32), longest)).asUInt();
    const reads = left.ne(0);
    const addressed = reads.and(memory.arready);
    const ends = addressed.and(length.eq(left));
    const takes = reads.not().or(ends).and(pending.eq(0));
    when(addressed, () => {
      left.set(left.subWrap(length));
      address.set(address.addWrap(length.truncate(9).shiftLeft(beatBits).extend(addressBits)));
    });
    when(takes.and(core.request.valid).and(failed.not()), () => {
      left.set(core.request.bits.beats);
      address.set(base.addWrap(core.request.bits.address));
    });
    core.request.ready.set(takes.or(failed));

    const writing = givesAddress.or(givesData);
    const stores = writing.or(pending.eq(writes)).not();
    const stored = stores.and(core.store.valid).and(failed.not());
    const answered = memory.bvalid;
    core.store.ready.set(stores.or(failed));
    when(memory.awready, () => givesAddress.set(false));
    when(memory.wready, () => givesData.set(false));
    when(stored, () => {
      givesAddress.set(true);
      givesData.set(true);
      target.set(base.addWrap(core.store.bits.address));
      code.set(core.store.bits.code);
    });
    when(stored.and(answered.not()), () => pending.set(pending.addWrap(1)));
    when(answered.and(stored.not()), () => pending.set(pending.subWrap(1)));

    const beat = (of: UInt): UInt =>
      concat(of.bits(addressBits - 1, beatBits), literal(uint(beatBits), 0));
    const size = literal(uint(3), beatBits);
    const increments = literal(uint(2), 1);
    memory.arvalid.set(reads);
    memory.araddr.set(beat(address));
    memory.arlen.set(length.subWrap(1).asUInt().truncate(8));
    memory.arsize.set(size);
    memory.arburst.set(increments);
    core.data.valid.set(memory.rvalid.or(failed));
    const lost = failed.or(memory.rresp.bit(1));
    core.data.bits.set(mux<UInt>(lost, literal(uint(8 * lanes), 0), memory.rdata));
    memory.rready.set(core.data.ready.or(failed));
    unused(memory.rlast, memory.rresp.bit(0), memory.bresp.bit(0));
    memory.awvalid.set(givesAddress);
    memory.awaddr.set(beat(target));
    memory.awlen.set(0);
    memory.awsize.set(size);
    memory.awburst.set(increments);
    memory.wvalid.set(givesData);
    memory.wdata.set(concat(Array.from({ length: lanes }, () => code)));
    memory.wstrb.set(literal(uint(lanes), 1).shiftLeftByWrap(target.bits(beatBits - 1, 0)));
    memory.wlast.set(true);
    memory.bready.set(true);
    const badRead = memory.rvalid.and(core.data.ready).and(memory.rresp.bit(1));
    error.set(badRead.or(memory.bvalid.and(memory.bresp.bit(1))));

    const waits = reads.or(writing).or(pending.ne(0)).or(core.data.ready);
    const written = givesAddress.and(memory.awready).or(givesData.and(memory.wready)).or(answered);
    const answers = addressed.or(written).or(memory.rvalid.and(core.data.ready));
    const counted = silence.addWrap(1);
    silence.set(mux<UInt>(waits.and(answers.not()), counted, literal(uint(32), 0)));
    when(bitsOf(silence).at(patience), () => failed.set(true));
    silent.set(failed);
  },
});
