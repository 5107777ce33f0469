export { everyProperty, properties, propertiesAbout, propertiesOf, provable } from "./catalogue.ts";
export { equivalence } from "./equivalence.ts";
export { inputsOf, instantiate } from "./instantiate.ts";
export { checkProperties } from "./own-checks.ts";
export type { Method, Property, Trace, Verdict } from "./property.ts";
export { answer, prove, searchWithin } from "./prove.ts";
export { type Question, questionOf } from "./question.ts";
export { type Sanity, sanity } from "./sanity.ts";
