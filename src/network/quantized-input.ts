import type { LinearLayers } from "./linear.ts";

/** What the inputs of matrices are: signed integers with one scale a vector, or float32. */
export const inputTypes = ["float", "int16", "int8"] as const;
export type InputType = (typeof inputTypes)[number];

/** The largest magnitude of an integer type; its minimum is not used, so that zero is in the middle. */
export const maxInteger: Readonly<Record<Exclude<InputType, "float">, number>> = {
  int16: 32767,
  int8: 127,
};

/**
 * Symmetric quantization of a vector: x ≈ scale · q with |q| ≤ `maximum` and scale = max|x| / maximum. To the
 * nearest, ties away from zero.
 *
 * @param integers where q goes; as long as x
 * @returns the scale; 0 for a vector of zeros
 */
export function quantizeVector(
  x: Float32Array,
  maximum: number,
  integers: Int32Array | Int16Array | Int8Array,
): number {
  let largest = 0;
  for (const value of x) largest = Math.max(largest, Math.abs(value));
  const scale = largest / maximum;
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const magnitude = scale === 0 ? 0 : Math.round(Math.abs(value) / scale);
    integers[i] = value < 0 ? -magnitude : magnitude;
  }
  return scale;
}

/** Layers whose inputs are first rounded to integers with a scale, as hardware with such activations takes them. */
export function quantizedInputs(layers: LinearLayers, type: InputType): LinearLayers {
  if (type === "float") return layers;
  const maximum = maxInteger[type];
  return {
    apply(name, input, output, vectors = 1) {
      const integers = new Int32Array(input.length);
      const scales = new Float64Array(vectors);
      const length = input.length / vectors;
      for (let v = 0; v < vectors; v++) {
        const [start, end] = [v * length, (v + 1) * length];
        scales[v] = quantizeVector(
          input.subarray(start, end),
          maximum,
          integers.subarray(start, end),
        );
      }
      // The scale is applied after the sum, so that the terms are exact.
      layers.apply(name, Float32Array.from(integers), output, vectors);
      const outputs = output.length / vectors;
      for (let i = 0; i < output.length; i++)
        output[i] = (scales[Math.floor(i / outputs)] as number) * (output[i] as number);
    },
  };
}
