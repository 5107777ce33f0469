import { at, input, literal, mux, named, output, rom, sint, uint } from "@chisel-ts/core";
import { circuit } from "../circuit.ts";
import { type CoreFunction, coreParameters } from "./parameters.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Φ(x) for x ≥ 0, by integrating the density in steps of Simpson's rule. */
function normal(x: number): number {
  const steps = 4000;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density((x * i) / steps);
  return 0.5 + (sum * x) / (3 * steps);
}

const shares: Readonly<Record<CoreFunction, (x: number) => number>> = {
  silu: logistic,
  gelu: normal,
  gelu_tanh: (x) => logistic(Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)),
  relu: () => 1,
};

const ports = {
  x: input(sint(17), "argument, 12 bits of fraction; not -2^16"),
  share: output(uint(16), "G(x), 1 is 2^16 - 1"),
};

/** G(x) of a function x · G(x): a table of |x| in steps of 1/32, a line between its entries, G(−x) = 1 − G(x). Combinational. */
export const share = circuit({
  name: "core_share",
  description: "Share of x in a function of x",
  parameters: { function: coreParameters.function },
  ports: () => ports,
  build(io, parameters) {
    const table = Array.from({ length: 513 }, (_, i) =>
      Math.min(65535, Math.round(65536 * shares[parameters.function](i / 32))),
    );
    const entries = rom("entries", { type: uint(16), contents: table.slice(0, 512) });
    const rises = rom("rises", {
      type: uint(10),
      contents: table.slice(1).map((entry, i) => entry - at(table, i)),
    });
    const magnitude = mux(io.x.isNegative(), io.x.negate().truncate(17), io.x).asUInt();
    const index = magnitude.bits(15, 7);
    const rise = rises.read(index).mul(magnitude.bits(6, 0)).shiftRight(7);
    const value = entries.read(index).addWrap(rise.extend(16));
    named({ magnitude, value });
    io.share.set(mux(io.x.isNegative(), literal(uint(16), 65535).subWrap(value).asUInt(), value));
  },
});
