export { type Missing, type Report, reportPage, sectionFor } from "./page.ts";
export { DocumentError, Part } from "./part.ts";
export { modelPlan, type Planned, projectPlan } from "./plan.ts";
export type { Section, Source } from "./section.ts";
export { modelSections, projectSections } from "./sections/index.ts";
