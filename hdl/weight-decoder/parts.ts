import { CircuitError, input, instance, output, uint } from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../circuit.ts";
import { parameters } from "../parameters.ts";
import { paletteCodes, paletteDecode } from "./palette.ts";
import { decoderPorts, decodeWeights } from "./weight-decoder.ts";

const bits = {
  ...parameters.bits,
  default: 6,
  accepts: "a whole number from 4 to 7",
  parse: (text: string): number | undefined => (/^[4-7]$/.test(text) ? Number(text) : undefined),
} as const;
const { lanes, rows, palette } = parameters;

/** The look-up of one weight, alone. */
export const palettePart = circuit({
  name: "palette",
  description: "hard-wired palette: the look-up of one weight",
  parameters: { bits, palette },
  check(given) {
    if (given.palette === "stream")
      throw new CircuitError("palette is stream; a look-up alone has hard-wired codes");
    paletteCodes(given);
  },
  ports: ({ bits: width }) => ({
    index: input(uint(width), "sign and number of the magnitude"),
    code: output(uint(8), "RF8 code"),
  }),
  build({ index, code }, given) {
    code.set(instance("lookup", paletteDecode(given), { index }).code);
  },
});

type Given = ValuesOf<{ lanes: typeof lanes; rows: typeof rows }>;
const sizes = (given: Given) => ({
  weights: given.lanes * given.rows,
  beat: 8 * given.lanes * given.rows,
});

/** The decoder in front of an accelerator's rows: gearbox and look-ups, from beats of as many bytes as there are weights. */
export const weightDecoderPart = circuit({
  name: "weight_decoder",
  description: "weights of 4 to 7 bits to RF8 codes, rows × lanes a cycle",
  parameters: { lanes, rows, bits, palette },
  check(given) {
    if (given.palette !== "stream") paletteCodes(given);
  },
  derived: sizes,
  ports: (given) => decoderPorts(given),
  build: (io, given) => decodeWeights(io, given),
});
