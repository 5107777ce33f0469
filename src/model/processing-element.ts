import { columnFor, inputColumn, setElement } from "./columns.ts";
import { INTEGER_VALUES, isNaNCode } from "./integer-value.ts";
import { activationWidth, type ModelParameters } from "./parameters.ts";
import type { Reference } from "./reference.ts";

const BIT = { signed: false, width: 1 };
const CODE = { signed: false, width: 8 };

/**
 * One element of the array, from its registers of the cycle before. Sums wrap at `width` bits; bigint keeps
 * them exact.
 */
export function processingElementReference(
  parameters: Pick<ModelParameters, "activation"> & { readonly width: number },
): Reference {
  const { width } = parameters;
  const x = { signed: true, width: activationWidth(parameters) };
  const sum = { signed: true, width };
  return (stimulus, cycles) => {
    const column = (name: string, shape: typeof BIT) => inputColumn(stimulus, name, shape, cycles);
    const [enable, load, invalidIn] = [
      column("enable", BIT),
      column("load", BIT),
      column("invalid_in", BIT),
    ];
    const [codes, activations, sums] = [
      column("weight_in", CODE),
      column("activation_in", x),
      column("sum_in", sum),
    ];
    const [weightOut, invalidOut] = [new Uint8Array(cycles), new Uint8Array(cycles)];
    const [activationOut, sumOut] = [columnFor(x, cycles), columnFor(sum, cycles)];
    let state = { weight: 0, activation: 0, partial: 0n, invalid: 0 };
    for (let cycle = 0; cycle < cycles; cycle++) {
      weightOut[cycle] = state.weight;
      invalidOut[cycle] = state.invalid;
      setElement(activationOut, cycle, state.activation);
      setElement(sumOut, cycle, state.partial);
      if (enable[cycle] === 0) continue;
      const activation = activations[cycle] as number;
      const term = BigInt((INTEGER_VALUES[state.weight] as number) * activation);
      state = {
        weight: load[cycle] === 1 ? (codes[cycle] as number) : state.weight,
        activation,
        partial: BigInt.asIntN(width, BigInt(sums[cycle] as number) + term),
        invalid: (invalidIn[cycle] as number) | Number(isNaNCode(state.weight)),
      };
    }
    return {
      weight_out: weightOut,
      activation_out: activationOut,
      sum_out: sumOut,
      invalid_out: invalidOut,
    };
  };
}
