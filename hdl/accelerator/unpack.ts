import { type Bool, concat, instance, type UInt, unused, type Vec } from "@chisel-ts/core";
import { tabulate } from "../tabulate.ts";
import { weightDecoder } from "../weight-decoder/weight-decoder.ts";
import type { AcceleratorParameters } from "./parameters.ts";

/** A stream of weight beats seen from its sink: bytes of `rows` × `lanes`. */
interface WeightStream {
  readonly tvalid: Bool;
  readonly tlast: Bool;
  readonly tdata: Vec<Vec<UInt>>;
}

/** What the controller says of the next weight beat. */
interface Unpacking {
  readonly packed: Bool;
  readonly active: Bool;
  readonly bytes: Bool;
  readonly end: Bool;
  readonly discard: Bool;
}

/** The weight stream as the rows read it, a byte a weight, and what its source's TREADY is. */
export function unpacked(
  { rows, lanes, bits, palette }: AcceleratorParameters,
  { tvalid, tlast, tdata }: WeightStream,
  control: Unpacking,
  ready: Bool,
): WeightStream & { readonly tready: Bool } {
  if (bits === 8) {
    unused(control.packed, control.active, control.bytes, control.end, control.discard);
    return { tvalid, tlast, tdata, tready: ready };
  }
  const data = concat([...tdata].flatMap((row) => [...row]).reverse());
  const decoder = instance("decoder", weightDecoder({ lanes, rows, bits, palette }), {
    source: { valid: tvalid, bits: { data, last: tlast } },
    sink: { ready },
    control,
  });
  const { weight, last } = decoder.sink.bits;
  return {
    tvalid: decoder.sink.valid,
    tlast: last,
    tdata: tabulate(rows, (row) => weight.slice(lanes * row, lanes * (row + 1))),
    tready: decoder.source.ready,
  };
}
