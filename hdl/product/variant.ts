import type { Format } from "../format.ts";
import type { Activation, CircuitParameters } from "../parameters.ts";

/** Which product of a baseline format: `registered` has a register inside, and a latency of one cycle. */
export interface ProductVariant<F extends Format>
  extends Pick<CircuitParameters, "multiplier" | "adder"> {
  readonly format: F;
  readonly activation: Activation;
  readonly registered: boolean;
}
