import { expect } from "vitest";
import type { Property, Verdict } from "../../formal/index.ts";
import { proveSources, sourcesOf } from "../../formal/prove.ts";

/** A mistake in the Verilog of one file: `right` stands in it, and is replaced by `wrong`. */
export interface Mistake {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/** What the prover says of a property once the mistake is made. */
export function proveBroken(property: Property, { file, right, wrong }: Mistake): Promise<Verdict> {
  const sources = sourcesOf(property);
  expect(sources[file]).toContain(right);
  return proveSources(property, { ...sources, [file]: sources[file]!.replaceAll(right, wrong) });
}
