/**
 * What every error of the language and of rf8 that says something of the user's circuit, file or request is an
 * instance of. A value of a wrong form or out of range is a RangeError instead.
 *
 * @example
 * try { build(); } catch (error) { if (error instanceof ChiselError) console.error(error.message); else throw error; }
 */
export class ChiselError extends Error {
  override readonly name: string = "ChiselError";
}
