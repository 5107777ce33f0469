/**
 * Circuits compared with their models, mutated and proved (docs/verification.md).
 *
 * @module rf8/verification
 */
export {
  checkProperties,
  equivalence,
  type Property,
  propertiesOf,
  prove,
  type Sanity,
  sanity,
  searchWithin,
  type Trace,
  type Verdict as ProofVerdict,
} from "../../formal/index.ts";
export { references } from "../model/index.ts";
export * from "../verification/index.ts";
