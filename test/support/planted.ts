import { readFileSync } from "node:fs";
import { type Module, mutants } from "@chisel-ts/core";
import { type Property, prove, type Verdict } from "../../formal/index.ts";

/** One of the mutants of a circuit. */
export interface Mistake {
  /** What the mutant says of itself, without its line: `acc: never written`. */
  readonly mutant: string;
  /** A piece of the line of TypeScript that it is in, where others say the same. */
  readonly line?: string;
  /** Which of those that are left, from 0; otherwise there is one. */
  readonly place?: number;
}

/** The circuit with a mistake in it. */
export function planted(module: Module, { mutant, line, place }: Mistake): Module {
  const found = [...mutants(module)].filter(
    ({ what }) =>
      what.startsWith(`${mutant} (`) && (line === undefined || sourceLine(what).includes(line)),
  );
  const lines = found.map(({ what }) => what).join(", ");
  if (place === undefined && found.length > 1) {
    throw new Error(`${module.name} has several mutants ${mutant}: ${lines}`);
  }
  const one = found[place ?? 0];
  if (!one) throw new Error(`${module.name} has no mutant ${mutant} ${line}: ${lines}`);
  return one.module;
}

/** The line that ends the text of a mutant: `… (hdl/mac.ts:12)`. */
function sourceLine(what: string): string {
  const [, file = "", number] = /\((.*):(\d+)\)$/.exec(what) ?? [];
  const path = new URL(`../../${file}`, import.meta.url);
  return readFileSync(path, "utf8").split("\n")[Number(number) - 1] ?? "";
}

/** What the prover says of a property of the circuit with a mistake. */
export function proveBroken(property: Property, mistake: Mistake): Promise<Verdict> {
  const { subject } = property;
  if (!subject) throw new Error(`${property.name} is about no circuit`);
  return prove({ ...property, subject: planted(subject, mistake) });
}
