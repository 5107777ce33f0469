import { BenchError } from "./error.ts";

/** The entries whose name has a text in it. @throws BenchError with all names, where none has. */
export function named<T extends readonly [string, ...unknown[]]>(
  entries: readonly T[],
  text: string,
): readonly T[] {
  const found = entries.filter(([name]) => name.includes(text));
  if (found.length > 0) return found;
  const names = [...new Set(entries.map(([name]) => name))].join("; ");
  throw new BenchError(`nothing is called ${JSON.stringify(text)}; there are: ${names}`);
}
