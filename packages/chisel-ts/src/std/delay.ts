import { CircuitError } from "../errors.ts";
import { Location } from "../location.ts";
import { connect, type Shape } from "../shape.ts";
import { type Bool, Signal } from "../signal.ts";
import { register } from "../state.ts";
import { checkValue, type Value, Vec } from "../vec.ts";
import { when } from "../when.ts";

/** The types of a value, in its own form. */
function shapeOf(value: Value): Shape {
  if (value instanceof Signal) return value.type;
  if (value instanceof Vec) return [...value].map(shapeOf);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/**
 * A value one cycle later, in registers that reset to 0.
 *
 * @param name of the registers; those of a vector or record continue it with `_` and the index or key.
 * @param enable where it is 0, the registers keep their values.
 *
 * @example
 * const later = module({ name: "later", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => io.y.set(registered("held", io.x)));
 * const dut = engines.wasm.open(later);
 * dut.in.x = 7n;
 * dut.step();
 * console.log(dut.out.y); // 7
 */
export function registered<V extends Value>(name: string, value: V, enable?: Bool): V {
  checkValue(value, 'registered("held", io.x)');
  const later = register(name, shapeOf(value), { reset: 0 });
  const take = (): void => connect(later as object, value as never);
  if (enable) when(enable, take);
  else take();
  return later as V;
}

/**
 * A value `cycles` cycles later, in registers `NAME_1`, `NAME_2`, … that reset to 0; itself for 0 cycles.
 *
 * @param enable counts only the cycles in which it is 1.
 * @throws CircuitError unless `cycles` is a whole number of 0 or more.
 *
 * @example
 * const later = module({ name: "later", ports: { x: input(uint(8)), y: output(uint(8)) } }, (io) => io.y.set(delay("x", io.x, 3)));
 * const dut = engines.wasm.open(later);
 * dut.in.x = 7n;
 * dut.step(2);
 * console.log(dut.out.y); // 0
 * dut.step();
 * console.log(dut.out.y); // 7
 */
export function delay<V extends Value>(name: string, value: V, cycles: number, enable?: Bool): V {
  if (!Number.isSafeInteger(cycles) || cycles < 0)
    throw new CircuitError(
      `\`${name}\` is delayed by a whole number of cycles, 0 or more, not ${cycles}`,
      Location.capture(),
    );
  checkValue(value, 'delay("x", io.x, 3)');
  let delayed = value;
  for (let cycle = 1; cycle <= cycles; cycle++)
    delayed = registered(`${name}_${cycle}`, delayed, enable);
  return delayed;
}
