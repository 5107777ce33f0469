/**
 * What every error of the language and of rf8 that says something of the user's circuit, file or request is an
 * instance of. A value of a wrong form or out of range is a RangeError instead.
 *
 * @example
 * try {
 *   module({ name: "narrow", ports: { x: input(uint(8)), y: output(uint(4)) } }, (io) => io.y.set(io.x));
 * } catch (error) {
 *   console.log(error instanceof ChiselError); // true
 * }
 */
export class ChiselError extends Error {
  override readonly name: string = "ChiselError";
}
