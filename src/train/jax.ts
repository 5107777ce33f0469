import type * as Jax from "@jax-js/jax";
import type { Array as JaxArray } from "@jax-js/jax";

export type { JaxArray };

/** The parameters of a network by name, on the device. Arrays are consumed where they are used without `.ref`. */
export type Arrays = Record<string, JaxArray>;

let loaded: Promise<typeof Jax> | undefined;

/** @jax-js/jax on its WebAssembly device. It is loaded when training begins: no other command waits for it. */
export function loadJax(): Promise<typeof Jax> {
  loaded ??= import("@jax-js/jax").then(async (jax) => {
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    return jax;
  });
  return loaded;
}

/** x · Wᵀ with W as [outputs, inputs]. */
export const linear = ({ lax }: typeof Jax, x: JaxArray, weight: JaxArray): JaxArray =>
  lax.dot(x, weight, { lhsContractingDims: [x.ndim - 1], rhsContractingDims: [1] });

/** An array that is used and still needed. @throws RangeError where there is none of that name */
export function take(arrays: Arrays, name: string): JaxArray {
  const array = arrays[name];
  if (!array) throw new RangeError(`there is no parameter ${JSON.stringify(name)}`);
  return array.ref;
}
