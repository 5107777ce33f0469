import {
  bool,
  connectStream,
  consumer,
  decoupled,
  module,
  output,
  register,
  uint,
} from "@chisel-ts/core";
import { streamSink, streamSource } from "../../sim/index.ts";

const request = { address: uint(40), beats: uint(7) };
const store = { address: uint(40), byte: uint(8) };

/** Streams of requests and stores on their way to a memory, and its beats on their way out. */
export const passage = module(
  {
    name: "passage",
    ports: {
      asks: consumer(request),
      request: decoupled(request),
      data: consumer(uint(64)),
      beats: decoupled(uint(64)),
      writes: consumer(store),
      store: decoupled(store),
      now: output(uint(16)),
      late: output(bool()),
    },
  },
  (io) => {
    const cycle = register("cycle", uint(16), { reset: 0 });
    cycle.set(cycle.addWrap(1));
    connectStream(io.request, io.asks);
    connectStream(io.beats, io.data);
    connectStream(io.store, io.writes);
    io.now.set(cycle);
    io.late.set(cycle.ge(40));
  },
);

/** What the memory is, besides its ports. */
export interface MemoryKind {
  readonly bytes: number;
  readonly latency: number;
  readonly interval: number;
  readonly outstanding: number;
  readonly patience?: number;
}

export const memoryOf = (kind: MemoryKind) =>
  ({
    kind: "burst",
    request: {
      valid: "request_valid",
      ready: "request_ready",
      address: "request_bits_address",
      beats: "request_bits_beats",
    },
    data: { valid: "data_valid", ready: "data_ready", bits: "data_bits" },
    store: {
      valid: "store_valid",
      ready: "store_ready",
      address: "store_bits_address",
      byte: "store_bits_byte",
    },
    ...kind,
  }) as const;

/** What drives its ports. */
export const modelsOf = (kind: MemoryKind) => ({
  asks: streamSource(passage, "asks"),
  beats: streamSink(passage, "beats"),
  writes: streamSource(passage, "writes"),
  memory: memoryOf(kind),
});

/** Addresses and beats of requests, or addresses and bytes to store, as packed beats of 9 bytes. */
export function packed(list: readonly (readonly [address: number, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(9 * list.length);
  const view = new DataView(bytes.buffer);
  list.forEach(([address, value], index) => {
    view.setBigUint64(9 * index, BigInt(address), true);
    bytes[9 * index + 8] = value;
  });
  return bytes;
}
