import {
  bool,
  circuit,
  concat,
  connect,
  decoupled,
  flip,
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
import { gearbox } from "./gearbox.ts";
import { paletteCodes, paletteDecode } from "./palette.ts";

export interface WeightDecoderParameters {
  /** Weights of a beat: rows × lanes of the accelerator. */
  readonly weights: number;
  /** Bits of a weight in memory: 4 to 7. */
  readonly bits: number;
  /** Bits of a beat of the memory. */
  readonly beat: number;
  /** Hard-wired codes (`Palette`), or `programmable`: registers that a host writes. */
  readonly palette: string;
}

const portsOf = ({ weights, bits, beat, palette }: WeightDecoderParameters) => ({
  source: flip(decoupled({ data: uint(beat), last: bool() })),
  sink: decoupled({ weight: vec(weights, uint(8)), last: bool() }),
  control: {
    bytes: input(bool(), "the next beat is bytes, not palette indexes"),
    end: input(bool(), "it is the last of its packet"),
    discard: input(bool(), "the packet is discarded up to its last beat"),
  },
  ...(palette === "programmable" && {
    write: {
      enable: input(bool(), "writes a palette entry"),
      index: input(uint(bits - 1), "its index; 0 is zero and not written"),
      code: input(uint(7), "positive RF8 code"),
    },
  }),
});

/**
 * Weights of fewer bits on their way from memory: a gearbox that cuts the memory's beats into `weights` indexes of `bits` bits,
 * and a look-up of each one's RF8 code. Beats of bytes (headers, or weights of 8 bits) pass between them unchanged.
 * One beat a cycle; packing and order are those of docs/format.md, "version 2", and `gearbox` says what it holds back.
 *
 * @throws CircuitError for bits that are not 4 to 7, and for a palette that is not positive codes in ascending order.
 */
export const weightDecoder = circuit((parameters: WeightDecoderParameters) => {
  const { weights, bits, beat, palette } = parameters;
  const isProgrammable = palette === "programmable";
  if (!isProgrammable) paletteCodes({ bits, palette });
  return module(
    {
      name: "weight_decoder",
      description: `Weights of ${bits} bits to RF8 codes, ${weights} a cycle`,
      parameters: { ...parameters },
      ports: portsOf(parameters),
    },
    (io) => {
      const { source, sink, control } = io;
      const cut = instance(
        "gearbox",
        gearbox({ beat, wide: 8 * weights, narrow: bits * weights }),
        {
          source: { valid: source.valid, bits: source.bits },
          sink: { ready: sink.ready },
          control: { wide: control.bytes, end: control.end, discard: control.discard },
        },
      );
      const codeOf = io.write ? programmable(bits, io.write) : hardWired({ bits, palette });
      const field = (width: number, index: number): UInt =>
        cut.sink.bits.data.bits(width * index + width - 1, width * index);
      source.ready.set(cut.source.ready);
      sink.valid.set(cut.sink.valid);
      connect(sink.bits, {
        weight: sink.bits.weight.map((_, index) =>
          mux(control.bytes, field(8, index), codeOf(field(bits, index), index)),
        ),
        last: cut.sink.bits.last,
      });
    },
  );
});

type CodeOf = (index: UInt, lane: number) => UInt;

const hardWired =
  (palette: { readonly bits: number; readonly palette: string }): CodeOf =>
  (index, lane) =>
    instance(`palette_${lane}`, paletteDecode(palette), { index }).code;

function programmable(
  bits: number,
  write: { readonly enable: Parameters<typeof when>[0]; readonly index: UInt; readonly code: UInt },
): CodeOf {
  const entries = register("entry", vec(2 ** (bits - 1) - 1, uint(7)), { reset: 0 });
  for (const [place, entry] of [...entries].entries())
    when(write.enable.and(write.index.eq(place + 1)), () => entry.set(write.code));
  const magnitudes = new Vec<UInt>([literal(uint(7), 0), ...entries]);
  return (index) => {
    const magnitude = magnitudes.at(index.bits(bits - 2, 0));
    return concat([index.bit(bits - 1).and(magnitude.orReduce()), magnitude]);
  };
}
