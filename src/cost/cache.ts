import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached, cachePlace } from "../../tools/cache.ts";

/**
 * A result that is worked out once per content, as JSON in the user's cache folder.
 *
 * @param parts everything the result depends on, beside the code of this folder, which always counts.
 */
export async function cachedResult<T>(
  kind: string,
  parts: readonly string[],
  make: () => Promise<T>,
): Promise<T> {
  const all = [ownCode(), ...parts];
  const place = cachePlace(kind, all);
  const file = join(place, "result.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
  const text = JSON.stringify(await make());
  cached(kind, all, (folder) => writeFileSync(join(folder, "result.json"), text));
  // What a reader of the cache would get, so that both are alike.
  return JSON.parse(text) as T;
}

export const digest = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** A changed figure must not be hidden by one that an older program has kept. */
function ownCode(): string {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const extension = extname(fileURLToPath(import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
    .sort();
  return digest(files.map((name) => readFileSync(join(folder, name), "utf8")).join("\0"));
}
