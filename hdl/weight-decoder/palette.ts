import { CircuitError, concat, input, literal, mux, output, rom, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { parameters } from "../parameters.ts";

/**
 * The RF8 codes that a palette index of `bits` bits stands for, as docs/format.md orders them: a positive magnitude for each
 * index from 1 up, in ascending order.
 */
export interface Palette {
  /** Bits of an index: a sign and bits − 1 of the magnitude's number; 4 to 7. */
  readonly bits: number;
  /** At most 2^(bits−1) − 1 positive canonical codes, two hexadecimal digits each. */
  readonly palette: string;
}

/** The codes of a palette. @throws CircuitError for anything but positive canonical codes in ascending order. */
export function paletteCodes({ bits, palette }: Palette): number[] {
  if (!Number.isInteger(bits) || bits < 4 || bits > 7)
    throw new CircuitError(`a palette index has 4 to 7 bits, not ${bits}`);
  const codes = (palette.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
  const maximum = 2 ** (bits - 1) - 1;
  // A residual of 0 is another code's value, or zero; for positive codes the order is that of the values.
  const inOrder = codes.every(
    (code, index) =>
      code % 8 !== 0 && code < 0x80 && (index === 0 || code > (codes[index - 1] as number)),
  );
  if (!/^([0-9a-f]{2})+$/.test(palette) || codes.length > maximum || !inOrder)
    throw new CircuitError(
      `a palette of ${bits} bits is 1 to ${maximum} positive canonical RF8 codes in ascending order, two hexadecimal digits each, not "${palette}"`,
    );
  return codes;
}

/** Bits of a palette index, and its hard-wired codes or `stream`. */
export const paletteParameters = {
  bits: {
    ...parameters.bits,
    default: 6,
    accepts: "a whole number from 4 to 7",
    parse: (text: string): number | undefined => (/^[4-7]$/.test(text) ? Number(text) : undefined),
  } as const,
  palette: parameters.palette,
};

/** A palette index to its RF8 code, hard-wired: index 0 is zero whatever its sign, and so is one beyond the palette. */
export const paletteDecode = circuit({
  name: "palette",
  moduleName: "palette_decode",
  description: "hard-wired palette: the look-up of one weight",
  headline: ({ bits }) => `Palette index of ${bits} bits to RF8 code`,
  parameters: paletteParameters,
  check(given) {
    if (given.palette === "stream")
      throw new CircuitError(
        "palette is stream; a look-up alone has hard-wired codes, such as 47 and 4f: 474f",
      );
    paletteCodes(given);
  },
  ports: ({ bits }) => ({
    index: input(uint(bits), "sign and number of the magnitude"),
    code: output(uint(8), "RF8 code"),
  }),
  build({ index, code }, given) {
    const { bits } = given;
    const table = rom("magnitudes", { type: uint(7), contents: [0, ...paletteCodes(given)] });
    const number = index.bits(bits - 2, 0);
    // Fewer entries than a power of two need fewer address bits; what they do not address is zero.
    const unused = bits - 1 - table.addressWidth;
    const inside = table.read(number.bits(table.addressWidth - 1, 0));
    const magnitude =
      unused === 0
        ? inside
        : mux(number.bits(bits - 2, table.addressWidth).eq(0), inside, literal(uint(7), 0));
    const negative = index.bit(bits - 1).and(magnitude.orReduce());
    code.set(concat([negative, magnitude]));
  },
});
