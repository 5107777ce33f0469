import { readFileSync } from "node:fs";

/** What the menu of examples lists. */
export const examples: readonly string[] = [
  ...readFileSync(new URL("../src/examples.ts", import.meta.url), "utf8").matchAll(
    /^ {2}"?([\w ]+?)"?: \w+,$/gm,
  ),
].map(([, name = ""]) => name);
