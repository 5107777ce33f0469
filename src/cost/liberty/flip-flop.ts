import type { Cell } from "./cell.ts";
import { constant, type Expression, parseExpression } from "./expression.ts";

/** A flip-flop's state, as its `ff` group has it. */
export interface FlipFlop {
  /** Names of the state and of its complement in the functions of the outputs. */
  readonly state: string;
  readonly inverse: string | undefined;
  /** The pin that clocks it, and whether its falling edge does. */
  readonly clock: string;
  readonly falling: boolean;
  readonly next: Expression;
  /** State at once, whatever the clock: 0 where `clear` is 1, 1 where `preset` is. */
  readonly clear: Expression;
  readonly preset: Expression;
}

/**
 * The flip-flop of a cell; `undefined` where it has none.
 *
 * @throws CostError for a clock that is no pin, an expression that is none, or more than one flip-flop.
 */
export function flipFlopOf({ group, pins }: Cell): FlipFlop | undefined {
  const found = group.children("ff");
  const [ff] = found;
  if (!ff) return undefined;
  if (found.length > 1) ff.fail("it has several flip-flops; power is of cells with one");
  const expression = (name: string): Expression | undefined => {
    const text = ff.text(name);
    if (text === undefined) return undefined;
    return parseExpression(text) ?? ff.fail(`${name} is ${text}, which is no expression`);
  };
  const clocked = expression("clocked_on");
  const pin = clocked?.kind === "not" ? clocked.of : clocked;
  if (pin?.kind !== "pin" || pins.get(pin.name)?.direction !== "input") {
    return ff.fail("clocked_on must be an input pin or its complement");
  }
  const [state, inverse] = ff.names;
  if (state === undefined) return ff.fail("ff (STATE, INVERSE) must name the state");
  return {
    state,
    inverse,
    clock: pin.name,
    falling: clocked?.kind === "not",
    next: expression("next_state") ?? ff.fail("ff has no next_state"),
    clear: expression("clear") ?? constant(false),
    preset: expression("preset") ?? constant(false),
  };
}
