import type { Energy } from "./source.ts";

/** A published wire across a chip. */
const wire = {
  source:
    "S. Park et al., DATE 2013: low-swing wires with repeaters of a 45 nm SOI network on chip; wires of full swing take more",
  node: "45 nm SOI",
  pjPerBitMm: 0.0404,
} as const;

/** 64 bits over so many millimetres on the chip. */
export const wireEnergy = (mm: number): Energy => {
  const pj = 64 * mm * wire.pjPerBitMm;
  return {
    minimum: pj,
    maximum: pj,
    node: wire.node,
    voltage: null,
    kind: "derived",
    source: `${wire.source}: 40.4 fJ a bit and millimetre × ${mm} mm`,
  };
};
