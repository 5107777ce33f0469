import type { Format } from "../format.ts";
import type { Activation } from "../parameters.ts";

/** Which product of a baseline format: `registered` has a register inside, and a latency of one cycle. */
export interface ProductVariant<F extends Format> {
  readonly format: F;
  readonly activation: Activation;
  readonly registered: boolean;
}
