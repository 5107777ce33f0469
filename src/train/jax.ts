import type * as Jax from "@jax-js/jax";
import type { Array as JaxArray } from "@jax-js/jax";
import { type Device, deviceName, provideWebgpu } from "./device.ts";
import { TrainingError } from "./error.ts";

export type { JaxArray };

/** The parameters of a network by name, on the device. Arrays are consumed where they are used without `.ref`. */
export type Arrays = Record<string, JaxArray>;

/**
 * @jax-js/jax, whose arrays are on a device until it is loaded for another. It is loaded when training begins: no other command waits for it.
 *
 * @throws TrainingError where the device cannot be had.
 */
export async function loadJax(device: Device): Promise<typeof Jax> {
  if (device === "webgpu") await provideWebgpu();
  const jax = await import("@jax-js/jax");
  const found = await jax.init(device);
  if (!found.includes(device))
    throw new TrainingError(`${device}: ${deviceName(device)} does not open for computation`);
  jax.defaultDevice(device);
  return jax;
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
