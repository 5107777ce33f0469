// A testbench for the RF8 multiply-accumulate unit: a model of your own, random vectors, and what a mistake looks like.
import { type Columns, mac } from "rf8";
import { integerValue } from "rf8/format";
import { verify } from "rf8/verification";

/** The unit in plain arithmetic: what it shows in a cycle depends on the cycles before. */
function reference(
  { weight = [], activation = [], enable = [], clear = [] }: Columns,
  cycles: number,
): Columns {
  const [sum, invalid, overflow] = [
    new BigInt64Array(cycles),
    new Uint8Array(cycles),
    new Uint8Array(cycles),
  ];
  let [total, bad] = [0n, 0];
  for (let i = 0; i < cycles; i++) {
    [sum[i], invalid[i]] = [BigInt.asIntN(40, total), bad];
    if (!enable[i]) continue;
    if (clear[i]) [total, bad] = [0n, 0];
    const code = Number(weight[i]);
    if (code === 0x80) bad = 1;
    else total += BigInt(integerValue(code)) * BigInt(Number(activation[i]));
    if (total !== BigInt.asIntN(40, total))
      throw new RangeError("these vectors leave the accumulator");
  }
  return { sum, invalid, overflow };
}

const unit = mac();
const { vectors, mismatches } = await verify(unit, { reference, vectors: 8000, seed: 7 });
console.log(`${vectors} vectors, ${mismatches} mismatches`);

const late = await verify(mac({ pipeline: 1 }), { reference, vectors: 8000, seed: 7 });
console.log(`one register more: ${late.mismatches > 0 ? "found" : "missed"}\n${late.first?.wave}`);
