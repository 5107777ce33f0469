import type { Property } from "../property.ts";

/**
 * That something does happen in the setting of a property, so that the property does not hold for want of
 * cases.
 *
 * @param goal a Verilog condition over the checker's names and those that `before` declares.
 */
export function reachable(property: Property, name: string, goal: string, before = ""): Property {
  const end = property.checker.lastIndexOf("endmodule");
  // What the property asserts is to hold in the run: a broken claim would be reached, too.
  const kept = property.checker.slice(0, end).replaceAll(/\bassert\b/g, "assume");
  const checker = `${kept}${before}  always @* assert (!(${goal}));
endmodule
`;
  return { ...property, name, kind: "cover", checker };
}
