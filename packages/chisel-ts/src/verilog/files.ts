import { CircuitError } from "../errors.ts";

/** A file to be written. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Texts by file name. Names that differ in case alone are one file on many disks, so they count as equal.
 *
 * @throws Error when two files have one name: the second would replace the first without a word.
 *
 * @example
 * console.log(Object.keys(textsByName([{ name: "a.v", text: "module a; endmodule" }])).join()); // a.v
 */
export function textsByName(files: readonly TextFile[]): Record<string, string> {
  const seen = new Map<string, string>();
  for (const { name } of files) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined) {
      throw new CircuitError(
        `two files would have one name, ${before} and ${name}; rename a module`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
  return Object.fromEntries(files.map(({ name, text }) => [name, text]));
}
