/** output = x / √(mean(x²) + epsilon) · gain, summed in float64; `output` may be x. */
export function rmsNorm(
  x: Float32Array,
  gain: Float32Array,
  epsilon: number,
  output: Float32Array,
): void {
  let squares = 0;
  for (const value of x) squares += value * value;
  const factor = 1 / Math.sqrt(squares / x.length + epsilon);
  for (let i = 0; i < x.length; i++) output[i] = (x[i] as number) * factor * (gain[i] as number);
}
