import { CircuitError } from "./errors.ts";
import type { Node } from "./ir.ts";
import { literalNode } from "./literal-node.ts";
import { Location } from "./location.ts";
import { describe } from "./operate.ts";
import { Signal } from "./signal.ts";
import { type SignalOf, wrap } from "./signal-of.ts";
import { checkType, type HardwareType, typeName } from "./types.ts";

/**
 * A literal of a type.
 *
 * @param target what it is for, which the message names.
 * @throws CircuitError when the value does not fit.
 *
 * @example
 * const five = module({ name: "five", ports: { y: output(uint(8)) } }, (io) => io.y.set(literal(uint(8), 5)));
 * console.log(engines.wasm.open(five).out.y); // 5
 */
export function literal<T extends HardwareType>(
  type: T,
  value: number | bigint | boolean,
  target?: string,
): SignalOf<T> {
  checkType(type);
  return wrap(type, literalNode(type, value, target));
}

/** A value for a target: a signal of exactly its type, or a number that fits. @throws CircuitError */
export function operandNode(type: HardwareType, value: unknown, target: string): Node {
  if (value instanceof Signal) {
    if (value.type.kind !== type.kind || value.width !== type.width) {
      throw new CircuitError(
        `\`${target}\` is ${typeName(type)} but ${describe(value.node)} is ${typeName(value.type)}; ` +
          "extend, truncate, asUInt and asSInt convert",
        Location.capture(),
      );
    }
    return value.node;
  }
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return literalNode(type, value, `\`${target}\``);
  }
  throw new CircuitError(
    `\`${target}\` needs a signal or a number, not ${typeof value}`,
    Location.capture(),
  );
}
