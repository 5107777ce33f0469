import { ChiselError, CircuitError, type Module, modulesBelow } from "@chisel-ts/core";
import { withoutComments } from "../tools/comments.ts";
import type { Sources } from "../tools/yosys.ts";
import type { Property } from "./property.ts";
import { tooLarge } from "./size.ts";
import { sourcesOf } from "./sources.ts";

/** The module that a question is about. */
export interface Subject {
  readonly name: string;
  /** As the Verilog calls it. */
  readonly verilogName: string;
  /** What it and the modules below it `assert` or `assume`; `constants`: assertions, none of which depends on anything. */
  readonly states: "nothing" | "constants" | "something";
}

/** What the prover reads of a property: texts and numbers alone, so that any machine can answer. */
export interface Question {
  readonly clocked: boolean;
  readonly kind: "assert" | "cover";
  /** As those of the property; one at least. */
  readonly cases: readonly Readonly<Record<string, bigint>>[];
  /** The checker and the modules, without comments: a line that moves in TypeScript asks nothing new. */
  readonly sources: Sources;
  readonly subject?: Subject;
  /** Modules whose outputs may be anything, as the Verilog calls them. */
  readonly opaque?: readonly string[];
  /** Why it cannot be asked. */
  readonly refusal?: string;
}

/** @throws ChiselError for what is no property, as a module is none. */
export function questionOf(property: Property): Question {
  if (typeof property?.checker !== "string")
    throw new ChiselError(
      "a property is needed, as checkProperties(module) and equivalence(a, b) give them",
    );
  const { clocked, kind = "assert", cases = [{}] } = property;
  const subject = subjectOf(property);
  const opaque = property.opaque?.map((name) => `${property.prefix ?? ""}${name}`);
  const asked = { clocked, kind, cases, ...(subject && { subject }), ...(opaque && { opaque }) };
  const size = tooLarge(
    [...(property.helpers ?? []), property.subject].filter((module) => module !== undefined),
  );
  if (size !== undefined) return { ...asked, sources: {}, refusal: size };
  try {
    const texts = Object.entries(sourcesOf(property));
    const bare = texts.map(([file, text]) => [
      file,
      withoutComments(text).replaceAll(/[ \t]+$/gm, ""),
    ]);
    return { ...asked, sources: Object.fromEntries(bare) };
  } catch (error) {
    // Modules that cannot be read together.
    if (!(error instanceof CircuitError)) throw error;
    return { ...asked, sources: {}, refusal: error.message };
  }
}

function subjectOf({ subject, prefix = "" }: Property): Subject | undefined {
  if (!subject) return undefined;
  const { name } = subject;
  return { name, verilogName: `${prefix}${name}`, states: stated(subject) };
}

function stated(subject: Module): Subject["states"] {
  const made = modulesBelow(subject)
    .flatMap(({ checks }) => checks)
    .filter(({ kind }) => kind !== "cover");
  if (made.length === 0) return "nothing";
  const asserted = made.filter(({ kind }) => kind === "assert");
  const isConstant = asserted.every(({ condition }) => condition.kind === "constant");
  return asserted.length > 0 && isConstant ? "constants" : "something";
}
