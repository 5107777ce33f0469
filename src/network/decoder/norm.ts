/** output = normalized x, summed in float64; `output` may be x. */
export type Norm = (
  x: Float32Array,
  gain: Float32Array,
  epsilon: number,
  output: Float32Array,
) => void;

/** x / √(mean(x²) + epsilon) · (offset + gain). */
const rootMeanSquare =
  (offset: number): Norm =>
  (x, gain, epsilon, output) => {
    let squares = 0;
    for (const value of x) squares += value * value;
    const factor = 1 / Math.sqrt(squares / x.length + epsilon);
    for (let i = 0; i < x.length; i++)
      output[i] = (x[i] as number) * factor * (offset + (gain[i] as number));
  };

/** (x − mean(x)) / √(variance(x) + epsilon) · gain; the bias is the caller's. */
const layer: Norm = (x, gain, epsilon, output) => {
  let sum = 0;
  for (const value of x) sum += value;
  const mean = sum / x.length;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  const factor = 1 / Math.sqrt(squares / x.length + epsilon);
  for (let i = 0; i < x.length; i++)
    output[i] = ((x[i] as number) - mean) * factor * (gain[i] as number);
};

export const norms = { rms: rootMeanSquare(0), "rms-plus-one": rootMeanSquare(1), layer } as const;
