import { accelerator } from "../../hdl/accelerator/accelerator.ts";
import { acceleratorShape } from "../../hdl/accelerator/parameters.ts";
import type { Property } from "../property.ts";
import { axiLiteProperties } from "./axi-lite.ts";
import { controllerProperties } from "./controller.ts";
import { countersProperties } from "./counters.ts";
import { requantizeProperties } from "./requantize.ts";

/** Every shift that a header can ask for. */
export const allShifts: readonly number[] = Array.from({ length: 64 }, (_, shift) => shift);

/**
 * The parts of an accelerator that decide: bus, controller, counters, requantizer. Its dot-product units and its queue have
 * their own specifications. The queue never overflows: a result is under way from its group's last weights until it
 * is taken, in the pipeline or in the queue, never more of them are than the controller allows, and the queue is as deep.
 *
 * @param shifts those that the requantizer is proved for
 */
export function acceleratorProperties(
  given: Readonly<Record<string, unknown>>,
  shifts: readonly number[] = allShifts,
): Property[] {
  const parameters = accelerator.complete(given);
  const { words, width, headerBeats, inFlight } = acceleratorShape(parameters);
  return [
    ...axiLiteProperties(),
    ...controllerProperties({ words, headerBeats, inFlight }),
    ...countersProperties(),
    ...requantizeProperties({ width, activation: parameters.activation }, shifts),
  ];
}
