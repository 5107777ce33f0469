import { needed } from "./needed.ts";
import { Signal } from "./signal.ts";

/** @throws CircuitError for what is no signal. @param remedy what would be right, as the call with its arguments */
export function checkSignal(given: unknown, remedy: string): Signal {
  if (given instanceof Signal) return given;
  throw needed("a signal", given, remedy);
}
