export { everyProperty, propertiesOf, provable } from "./catalogue.ts";
export type { Method, Property, Trace, Verdict } from "./property.ts";
export { prove } from "./prove.ts";
