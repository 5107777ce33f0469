import { CircuitError } from "./errors.ts";
import { Location } from "./location.ts";
import { operate } from "./operate.ts";
import { Bool, described, Signal } from "./signal.ts";
import { wrap } from "./signal-of.ts";

/**
 * `condition ? whenTrue : whenFalse`; both branches have one type and width.
 *
 * @throws CircuitError when they have not, or are no signals.
 */
export function mux<S extends Signal>(condition: Bool, whenTrue: S, whenFalse: NoInfer<S>): S {
  const location = Location.capture();
  const fail = (why: string): never => {
    throw new CircuitError(`mux ${why}`, location);
  };
  if (!(condition instanceof Bool)) fail(`chooses by a Bool, not by ${described(condition)}`);
  for (const branch of [whenTrue, whenFalse]) {
    if (!(branch instanceof Signal)) {
      fail(`chooses between signals, not ${described(branch)}; literal(type, value) makes one`);
    }
  }
  if (whenTrue.type.kind !== whenFalse.type.kind) {
    fail(`needs branches of one type, not ${described(whenTrue)} and ${described(whenFalse)}`);
  }
  const operands = [condition.node, whenTrue.node, whenFalse.node];
  return wrap(whenTrue.type, operate("mux", operands, [], location)) as unknown as S;
}
