import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest } from "./kind.ts";

const own = fileURLToPath(import.meta.url);
const known = new Map<string, string>();

/**
 * The hash of a folder's code: a result must not be hidden by one that an older program has kept.
 *
 * @param folder below the root of the program, as it runs: sources or what is compiled of them.
 */
export function codeOf(folder: string): string {
  const hash =
    known.get(folder) ?? hashOf(fileURLToPath(new URL(`../../${folder}`, import.meta.url)));
  known.set(folder, hash);
  return hash;
}

/** The hash of the code of @chisel-ts/core, wherever Node finds it. */
export function languageCode(): string {
  const entry = fileURLToPath(import.meta.resolve("@chisel-ts/core"));
  const hash = known.get(entry) ?? hashOf(join(entry, ".."));
  known.set(entry, hash);
  return hash;
}

function hashOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extname(own)) && !name.endsWith(".d.ts"))
    .sort();
  return digest(
    files.map((name) => `${name}\0${readFileSync(join(folder, name), "utf8")}`).join("\0"),
  );
}
