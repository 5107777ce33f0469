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
 */
export const assert = check("assert");
/**
 * States that the surroundings keep `condition` at every clock edge outside reset; inside `when`,
 * wherever the surrounding conditions hold.
 */
export const assume = check("assume");
/**
 * Asks whether `condition` can ever hold at a clock edge outside reset; inside `when`, together with
 * the surrounding conditions.
 */
export const cover = check("cover");
