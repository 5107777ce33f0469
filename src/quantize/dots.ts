/**
 * The dot products of one vector with up to four rows of a matrix: out[r] = Σ x[xAt + k] · rows[at + r · stride + k] for
 * k < length. Four sums beside each other do not wait for one another, and the vector is read once.
 *
 * @param count rows, 1 to 4
 */
export function dots(
  x: Float64Array,
  xAt: number,
  rows: Float64Array,
  at: number,
  stride: number,
  count: number,
  length: number,
  out: Float64Array,
): void {
  if (count < 4) {
    for (let r = 0; r < count; r++) {
      let sum = 0;
      for (let k = 0; k < length; k++)
        sum += (x[xAt + k] as number) * (rows[at + r * stride + k] as number);
      out[r] = sum;
    }
    return;
  }
  const [second, third, fourth] = [at + stride, at + 2 * stride, at + 3 * stride];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let k = 0; k < length; k++) {
    const value = x[xAt + k] as number;
    a += value * (rows[at + k] as number);
    b += value * (rows[second + k] as number);
    c += value * (rows[third + k] as number);
    d += value * (rows[fourth + k] as number);
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}
