import {
  type Bool,
  bitsFor,
  bool,
  circuit,
  concat,
  connect,
  decoupled,
  flip,
  type Io,
  input,
  instance,
  literal,
  module,
  mux,
  register,
  type UInt,
  uint,
  Vec,
  vec,
  when,
} from "@chisel-ts/core";
import { slices } from "../tabulate.ts";
import { gearbox } from "./gearbox.ts";
import { paletteCodes, paletteDecode } from "./palette.ts";

export interface WeightDecoderParameters {
  /** Weights of a beat: rows × lanes of the accelerator. */
  readonly weights: number;
  /** Bits of a weight in memory: 4 to 7. */
  readonly bits: number;
  /** Bits of a beat of the memory. */
  readonly beat: number;
  /** Hard-wired codes (`Palette`), or `stream`: every packet of palette indexes begins with its palette. */
  readonly palette: string;
}

/** Beats of bytes that hold a palette at the head of a packet. */
export const paletteBeats = ({
  weights,
  bits,
  palette,
}: Pick<WeightDecoderParameters, "weights" | "bits" | "palette">): number =>
  palette === "stream" ? Math.ceil((2 ** (bits - 1) - 1) / weights) : 0;

export const decoderPorts = ({ weights, beat }: WeightDecoderParameters) => ({
  source: flip(decoupled({ data: uint(beat), last: bool() })),
  sink: decoupled({ weight: vec(weights, uint(8)), last: bool() }),
  control: {
    active: input(bool(), "a packet may be read"),
    packed: input(bool(), "mode of the packet: its weights are palette indexes, not bytes"),
    bytes: input(bool(), "the next beat is bytes in either mode"),
    end: input(bool(), "the next beat is the last of its packet"),
    discard: input(bool(), "the packet is discarded up to its last beat"),
  },
});

/**
 * Weights of fewer bits on their way from memory: a gearbox that cuts the memory's beats into `weights` indexes of `bits` bits,
 * and a look-up of each one's RF8 code. Beats of bytes (headers, or weights of 8 bits) pass between them unchanged.
 * One beat a cycle; packing and order are those of docs/format.md, "version 2", and `gearbox` says what it holds back.
 *
 * @throws CircuitError for bits that are not 4 to 7, and for a palette that is not positive codes in ascending order.
 */
export const weightDecoder = circuit((parameters: WeightDecoderParameters) => {
  const { weights, bits, palette } = parameters;
  if (palette !== "stream") paletteCodes({ bits, palette });
  return module(
    {
      name: "weight_decoder",
      description: `Weights of ${bits} bits to RF8 codes, ${weights} a cycle`,
      parameters: { ...parameters },
      ports: decoderPorts(parameters),
    },
    (io) => decodeWeights(io, parameters),
  );
});

/** What a weight decoder does. */
export function decodeWeights(
  { source, sink, control }: Io<ReturnType<typeof decoderPorts>>,
  parameters: WeightDecoderParameters,
): void {
  const { weights, bits, beat, palette } = parameters;
  const headBeats = paletteBeats(parameters);
  const headRead = register("head_read", uint(bitsFor(Math.max(headBeats, 1))), { reset: 0 });
  const inHead = headRead.ne(headBeats).and(control.packed).and(control.discard.not());
  const cut = instance("gearbox", gearbox({ beat, wide: 8 * weights, narrow: bits * weights }), {
    source: { valid: source.valid, bits: source.bits },
    sink: { ready: mux(inHead, control.active, sink.ready) },
    control: {
      wide: inHead.or(control.bytes).or(control.packed.not()),
      end: control.end.and(inHead.not()),
      discard: control.discard,
    },
  });
  const { data, last } = cut.sink.bits;
  const bytes = slices(data, weights);
  const readsHead = inHead.and(cut.sink.valid).and(control.active);
  const leaves = inHead.not().and(cut.sink.valid).and(sink.ready);
  when(control.discard.or(leaves.and(control.end)), () => headRead.set(0)).elsewhen(readsHead, () =>
    headRead.set(headRead.addWrap(1)),
  );

  const codeOf =
    palette === "stream"
      ? streamed(bits, bytes, (head) => readsHead.and(headRead.eq(head)))
      : hardWired({ bits, palette });
  const indexes = slices(data.bits(bits * weights - 1, 0), weights);
  const isByte = control.bytes.or(control.packed.not());
  source.ready.set(cut.source.ready);
  sink.valid.set(cut.sink.valid.and(inHead.not()));
  connect(sink.bits, {
    weight: bytes.zip(indexes).map(([byte, index], lane) => mux(isByte, byte, codeOf(index, lane))),
    last,
  });
}

type CodeOf = (index: UInt, lane: number) => UInt;

const hardWired =
  (palette: { readonly bits: number; readonly palette: string }): CodeOf =>
  (index, lane) =>
    instance(`palette_${lane}`, paletteDecode(palette), { index }).code;

/** A palette in registers, which head beats write: byte by byte from index 1 on. */
function streamed(bits: number, bytes: Vec<UInt>, isHead: (beat: number) => Bool): CodeOf {
  const entries = register("entry", vec(2 ** (bits - 1) - 1, uint(7)), { reset: 0 });
  for (const [place, entry] of [...entries].entries())
    when(isHead(Math.floor(place / bytes.length)), () =>
      entry.set(bytes.at(place % bytes.length).truncate(7)),
    );
  const magnitudes = new Vec<UInt>([literal(uint(7), 0), ...entries]);
  return (index) => {
    const magnitude = magnitudes.at(index.bits(bits - 2, 0));
    return concat(index.bit(bits - 1).and(magnitude.orReduce()), magnitude);
  };
}
