/**
 * Rotary position embedding in Hugging Face's order: within a head, element i and element i + head/2 are a
 * pair, turned by position · theta^(−2i/head).
 */
export class Rotary {
  readonly #frequencies: Float64Array;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;

  /** @param head elements of a head, even */
  constructor(head: number, theta: number) {
    this.#frequencies = Float64Array.from(
      { length: head / 2 },
      (_, i) => theta ** ((-2 * i) / head),
    );
    this.#cosines = new Float64Array(head / 2);
    this.#sines = new Float64Array(head / 2);
  }

  /** The position of the vectors that are turned next. */
  moveTo(position: number): void {
    this.#frequencies.forEach((frequency, i) => {
      this.#cosines[i] = Math.cos(position * frequency);
      this.#sines[i] = Math.sin(position * frequency);
    });
  }

  /** Turns the heads of q or k, one after the other, in place. */
  turn(heads: Float32Array): void {
    const half = this.#cosines.length;
    for (let start = 0; start < heads.length; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const [cos, sin] = [this.#cosines[i] as number, this.#sines[i] as number];
        const [x, y] = [heads[start + i] as number, heads[start + half + i] as number];
        heads[start + i] = x * cos - y * sin;
        heads[start + half + i] = y * cos + x * sin;
      }
    }
  }
}
