import { builder } from "./builder.ts";
import { CircuitError } from "./errors.ts";
import type * as ir from "./ir.ts";
import { Location } from "./location.ts";
import { Bool, Signal } from "./signal.ts";
import { typeName } from "./types.ts";

const check =
  (kind: ir.Check["kind"]) =>
  (condition: Bool, label: string): void => {
    const owner = builder(kind);
    const location = Location.capture();
    if (!(condition instanceof Bool)) {
      const found = condition as Signal | undefined;
      const type = found instanceof Signal ? typeName(found.type) : typeof found;
      throw new CircuitError(`${kind} needs a Bool, not ${type}`, location);
    }
    const whole =
      kind === "cover" ? owner.guarded(condition.node) : owner.implied(condition.node, location);
    owner.checks.push({ kind, label, condition: whole, location });
  };

/**
 * States that `condition` holds at every clock edge outside reset; inside `when`, wherever the
 * surrounding conditions hold. `label` is an identifier.
 *
 * @example
 * const saturating = module({ name: "saturating", ports: { up: input(bool()), count: output(uint(4)) } }, (io) => {
 *   const count = register("value", uint(4), { reset: 0 });
 *   when(io.up.and(count.lt(9)), () => count.set(count.addWrap(1)));
 *   assert(count.le(9), "is_a_digit");
 *   io.count.set(count);
 * });
 * const dut = engines.wasm.open(saturating);
 * dut.in.up = true;
 * dut.step(20);
 * console.log(dut.out.count); // 9
 */
export const assert = check("assert");
/**
 * States that the surroundings keep `condition` at every clock edge outside reset; inside `when`,
 * wherever the surrounding conditions hold.
 *
 * @example
 * const divider = module({ name: "halves", ports: { x: input(uint(8)), half: output(uint(7)) } }, (io) => {
 *   assume(io.x.bit(0).not(), "is_even");
 *   io.half.set(io.x.bits(7, 1));
 * });
 * const dut = engines.wasm.open(divider);
 * dut.in.x = 6n;
 * dut.step();
 * console.log(dut.out.half); // 3
 */
export const assume = check("assume");
/**
 * Asks whether `condition` can ever hold at a clock edge outside reset; inside `when`, together with
 * the surrounding conditions.
 *
 * @example
 * const counter = module({ name: "counter", ports: { count: output(uint(3)) } }, (io) => {
 *   const count = register("value", uint(3), { reset: 0 });
 *   count.set(count.addWrap(1));
 *   cover(count.eq(7), "is_full");
 *   io.count.set(count);
 * });
 * const dut = engines.wasm.open(counter);
 * dut.step(9);
 * console.log(dut.checks()[0].count); // 1
 */
export const cover = check("cover");
