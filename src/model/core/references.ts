import { type Columns, columnFor, inputColumn, type PortShape, setElement } from "../columns.ts";
import { INTEGER_VALUES } from "../integer-value.ts";
import type { Reference } from "../reference.ts";
import { encode } from "./encoder.ts";
import { type Gate, gateTable, share } from "./gate.ts";
import { squareRoot } from "./root.ts";
import { exponential } from "./softmax.ts";

const unsigned = (width: number): PortShape => ({ signed: false, width });
const signed = (width: number): PortShape => ({ signed: true, width });
const BIT = unsigned(1);

/** A combinational circuit of one input and one output. */
const pointwise =
  (
    [input, from]: readonly [string, PortShape],
    [output, to]: readonly [string, PortShape],
    of: (value: number) => number,
  ): Reference =>
  (stimulus, cycles) => {
    const column = columnFor(to, cycles);
    inputColumn(stimulus, input, from, cycles).forEach((value, cycle) => {
      setElement(column, cycle, of(value));
    });
    return { [output]: column };
  };

/** Magnitude in halves of W and sign to the nearest RF8 code. */
export const encoderReference = (): Reference => (stimulus, cycles) => {
  const magnitude = inputColumn(stimulus, "magnitude", unsigned(21), cycles);
  const negative = inputColumn(stimulus, "negative", BIT, cycles);
  return {
    code: Uint8Array.from(magnitude, (value, cycle) => encode(value, negative[cycle] === 1)),
  };
};

/** An RF8 code to W · 2^10; 0 of NaN. */
export const embeddedCodeReference = (): Reference =>
  pointwise(
    ["code", unsigned(8)],
    ["value", signed(32)],
    (code) => (INTEGER_VALUES[code] as number) * 2 ** 10,
  );

/** 2^−z of `exponential`. */
export const exponentialReference = (): Reference =>
  pointwise(["z", unsigned(32)], ["power", unsigned(20)], exponential);

/** G(x) of a function; −2^16, which no lane asks for, counts as −0. */
export function shareReference({ function: gate }: { readonly function: Gate }): Reference {
  const table = gateTable(gate);
  return pointwise(["x", signed(17)], ["share", unsigned(16)], (x) =>
    x === -(2 ** 16) ? 65535 - share(table, 0) : share(table, x),
  );
}

/** A palette index to the code that it stands for. */
export function paletteReference(parameters: {
  readonly bits: number;
  readonly palette: string;
}): Reference {
  const { bits, palette } = parameters;
  const half = 2 ** (bits - 1);
  return pointwise(["index", unsigned(bits)], ["code", unsigned(8)], (index) => {
    const number = index % half;
    const digits = number === 0 ? "" : palette.slice(2 * number - 2, 2 * number);
    return digits === "" ? 0 : Number.parseInt(digits, 16) + (index < half ? 0 : 0x80);
  });
}

/** Cycles of a root: a bit of it in each. */
const ROOT_CYCLES = 16;

/** ⌊√radicand⌋, the leading bits of which are there from cycle to cycle; a start while it extracts begins anew. */
export const squareRootReference = (): Reference => (stimulus, cycles) => {
  const start = inputColumn(stimulus, "start", BIT, cycles);
  const radicand = inputColumn(stimulus, "radicand", unsigned(32), cycles);
  const [busy, shown] = [new Uint8Array(cycles), new Uint16Array(cycles)];
  let [root, left] = [0, 0];
  for (let cycle = 0; cycle < cycles; cycle++) {
    busy[cycle] = Number(left > 0);
    shown[cycle] = Math.floor(root / 2 ** left);
    if (start[cycle] === 1) [root, left] = [squareRoot(radicand[cycle] as number), ROOT_CYCLES];
    else if (left > 0) left -= 1;
  }
  return { busy, root: shown } satisfies Columns;
};
