// A number format of your own through the whole chain: a table, a datapath, vectors, a proof, gates.
import { equivalence, input, literal, module, mux, output, prove, sint, uint, Vec } from "rf8";
import { synthesize, verilogOf } from "rf8/cost";
import { verify } from "rf8/verification";

/** Four bits: a sign and one of eight magnitudes, 0 and 1 to 64 by powers of two. */
const value = (code: number): number => {
  const magnitude = (code & 7) === 0 ? 0 : 2 ** ((code & 7) - 1);
  return code & 8 ? -magnitude : magnitude;
};

const ports = {
  code: input(uint(4), "sign and exponent"),
  x: input(sint(8)),
  product: output(sint(15)),
};

/** The datapath: one shift, and a subtraction for the sign. */
const shifter = module({ name: "log_product", ports }, ({ code, x, product }) => {
  const exponent = code.bits(2, 0);
  const shifted = x.extend(15).shiftLeftByWrap(mux(exponent.eq(0), exponent, exponent.subWrap(1)));
  const magnitude = mux(exponent.eq(0), literal(sint(15), 0), shifted);
  product.set(mux(code.bit(3), literal(sint(15), 0).subWrap(magnitude), magnitude));
});

/** The specification: the table, times x. */
const table = module({ name: "log_table", ports }, ({ code, x, product }) => {
  const values = new Vec(Array.from({ length: 16 }, (_, at) => literal(sint(8), value(at))));
  product.set(values.at(code).mul(x).truncate(15));
});

const { vectors, mismatches } = await verify(shifter, {
  vectors: 4096,
  reference: ({ code = [], x = [] }, cycles) => ({
    product: Int16Array.from({ length: cycles }, (_, i) => value(Number(code[i])) * Number(x[i])),
  }),
});
console.log(`${vectors} vectors (all there are), ${mismatches} mismatches`);
console.log(`equal to the table: ${(await prove(equivalence(shifter, table))).verdict}`);

/** For comparison: four bits that are an integer. */
const multiplier = module({ name: "int_product", ports }, ({ code, x, product }) => {
  product.set(code.asSInt().mul(x).extend(15));
});
for (const design of [shifter, multiplier]) {
  const { area_ge } = await synthesize(verilogOf(design));
  console.log(`${design.name}: ${Math.round(area_ge)} gate equivalents`);
}
