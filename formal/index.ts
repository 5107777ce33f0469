export { everyProperty, properties, propertiesAbout, propertiesOf, provable } from "./catalogue.ts";
export { equivalence } from "./equivalence.ts";
export { checkProperties } from "./own-checks.ts";
export type { Method, Property, Trace, Verdict } from "./property.ts";
export { prove, searchWithin } from "./prove.ts";
export { type Sanity, sanity } from "./sanity.ts";
