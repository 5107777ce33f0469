import type { Section } from "../section.ts";
import { circuits, generated } from "./circuits.ts";
import { comparison, energy, synthesis } from "./cost.ts";
import { formats, roofline, sweep } from "./estimates.ts";
import { inference } from "./inference.ts";
import { quality } from "./quality.ts";
import { training } from "./training.ts";
import { mutants, proofs, vectors } from "./verification.ts";
import { weights } from "./weights.ts";

/** What the report of a model has, in its order. */
export const modelSections: readonly Section[] = [
  ...[weights, quality, training, inference, roofline, formats, sweep, generated, vectors],
];

/** What the report of the project has. */
export const projectSections: readonly Section[] = [
  ...[circuits, generated, vectors, proofs, mutants, synthesis, energy, comparison],
];
