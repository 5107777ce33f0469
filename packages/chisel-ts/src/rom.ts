import { builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { checkKeys } from "./keys.ts";
import { operandNode } from "./literal.ts";
import { Location } from "./location.ts";
import { addressWidthOf, lookup, wordsOf } from "./lookup.ts";
import { type Operand, type SignalOf, wrap } from "./signal-of.ts";
import { checkType, type HardwareType, uint } from "./types.ts";

/** A table of constants, addressed by `addressWidth` bits. */
export interface Rom<T extends HardwareType> {
  readonly addressWidth: number;
  /** The word at an address in the same cycle, 0 beyond the last one. Of a literal it is a literal. */
  read(address: Operand<HardwareType<"uint">>): SignalOf<T>;
}

/**
 * A table of constants that logic looks up: no state, no clock. It reaches the Verilog as a function with a `case`.
 *
 * @throws CircuitError when there are no contents, or a word does not fit.
 *
 * @example
 * const table = module({ name: "squares_of", ports: { x: input(uint(3)), square: output(uint(8)) } }, (io) => {
 *   io.square.set(rom("squares", { type: uint(8), contents: [0, 1, 4, 9, 16, 25, 36, 49] }).read(io.x));
 * });
 * const dut = engines.wasm.open(table);
 * dut.in.x = 6n;
 * console.log(dut.out.square); // 36
 */
export function rom<T extends HardwareType>(
  name: string,
  options: { readonly type: T; readonly contents: readonly (number | bigint)[] },
): Rom<T> {
  checkKeys("a rom", options, ["type", "contents"]);
  const { type, contents } = options;
  checkType(type);
  const location = Location.capture();
  const owner = builder("rom");
  const words = wordsOf(name, type, contents, location);
  if (words.length === 0) throw new CircuitError(`\`${name}\` has no contents`, location);
  const table: ir.Table = Object.freeze({
    name,
    depth: words.length,
    width: type.width,
    contents: words,
    location,
  });
  owner.tables.push(table);
  const addressWidth = addressWidthOf(words.length);
  return {
    addressWidth,
    read: (address) =>
      wrap(type, lookup(table, operandNode(uint(addressWidth), address, `${name} address`))),
  };
}
