import {
  type Bool,
  bitsFor,
  bool,
  concat,
  connect,
  decoupled,
  flip,
  input,
  instance,
  literal,
  mux,
  register,
  type UInt,
  uint,
  Vec,
  vec,
  when,
} from "@chisel-ts/core";
import { circuit, type Parameter, type ValuesOf } from "../circuit.ts";
import { parameters as all, size } from "../parameters.ts";
import { slices } from "../tabulate.ts";
import { gearbox } from "./gearbox.ts";
import { type Palette, paletteCodes, paletteDecode, paletteParameters } from "./palette.ts";

const width = size("bits of a beat of the memory");

const parameters = {
  lanes: all.lanes,
  rows: all.rows,
  ...paletteParameters,
  beat: {
    default: "bytes",
    description: "bits of a beat of the memory, or bytes: as many bytes as there are weights",
    accepts: "bytes or a width of 1 or more",
    quiet: true,
    parse: (text) => (text === "bytes" ? text : width.parse(text)),
  } as Parameter<"bytes" | number, "bytes">,
};

type WeightDecoderParameters = ValuesOf<typeof parameters>;

/** Weights of a beat. */
const weightsOf = ({ lanes, rows }: Pick<WeightDecoderParameters, "lanes" | "rows">): number =>
  lanes * rows;

/** Bits of a beat of the memory. */
const beatBits = (given: WeightDecoderParameters): number =>
  given.beat === "bytes" ? 8 * weightsOf(given) : given.beat;

/** Beats of bytes that hold a palette at the head of a packet. */
export const paletteBeats = ({
  weights,
  bits,
  palette,
}: Palette & { readonly weights: number }): number =>
  palette === "stream" ? Math.ceil((2 ** (bits - 1) - 1) / weights) : 0;

/**
 * Weights of fewer bits on their way from memory: a gearbox that cuts the memory's beats into `weights` indexes of `bits` bits,
 * and a look-up of each one's RF8 code. Beats of bytes (headers, or weights of 8 bits) pass between them unchanged.
 * One beat a cycle; packing and order are those of docs/format.md, "version 2", and `gearbox` says what it holds back.
 *
 * @throws CircuitError for bits that are not 4 to 7, and for a palette that is not positive codes in ascending order.
 */
export const weightDecoder = circuit({
  name: "weight_decoder",
  description: "weights of 4 to 7 bits to RF8 codes, rows × lanes a cycle",
  headline: (given) => `Weights of ${given.bits} bits to RF8 codes, ${weightsOf(given)} a cycle`,
  parameters,
  check(given) {
    if (given.palette !== "stream") paletteCodes(given);
  },
  ports: (given) => ({
    source: flip(decoupled({ data: uint(beatBits(given)), last: bool() })),
    sink: decoupled({ weight: vec(weightsOf(given), uint(8)), last: bool() }),
    control: {
      active: input(bool(), "a packet may be read"),
      packed: input(bool(), "mode of the packet: its weights are palette indexes, not bytes"),
      bytes: input(bool(), "the next beat is bytes in either mode"),
      end: input(bool(), "the next beat is the last of its packet"),
      discard: input(bool(), "the packet is discarded up to its last beat"),
    },
  }),
  build({ source, sink, control }, given) {
    const { bits, palette } = given;
    const weights = weightsOf(given);
    const beat = beatBits(given);
    const headBeats = paletteBeats({ weights, bits, palette });
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
    when(control.discard.or(leaves.and(control.end)), () => headRead.set(0)).elsewhen(
      readsHead,
      () => headRead.set(headRead.addWrap(1)),
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
      weight: bytes
        .zip(indexes)
        .map(([byte, index], lane) => mux(isByte, byte, codeOf(index, lane))),
      last,
    });
  },
});

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
