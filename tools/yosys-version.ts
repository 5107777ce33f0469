import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Which yosys runs, read without loading it. */
export function yosysVersion(): string {
  const bundle = createRequire(import.meta.url).resolve("@yowasp/yosys");
  const { name, version } = JSON.parse(
    readFileSync(join(bundle, "..", "..", "package.json"), "utf8"),
  ) as { name: string; version: string };
  return `${name} ${version}`;
}
