import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { cached, cachePlace } from "../../tools/cache.ts";
import { yosysVersion as installedYosys } from "../../tools/yosys-version.ts";

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

/**
 * Texts by name that a program writes, once for equal parts: kept apart from what is measured on them, which changes more
 * often.
 *
 * @param parts all that the texts depend on.
 */
export async function writtenOnce<T extends Readonly<Record<string, string>>>(
  kind: string,
  parts: readonly string[],
  make: () => Promise<T>,
): Promise<T> {
  const name = "files.json.gz";
  const file = join(cachePlace(kind, parts), name);
  if (existsSync(file)) return JSON.parse(gunzipSync(readFileSync(file)).toString()) as T;
  const written = await make();
  cached(kind, parts, (folder) => {
    writeFileSync(join(folder, name), gzipSync(JSON.stringify(written)));
  });
  return written;
}

/** Which yosys runs. */
export const yosysVersion = async (): Promise<string> => installedYosys();

/** A file's bytes. @throws NodeJS.ErrnoException when it cannot be read. */
export const fileBytes = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(path));

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A changed figure must not be hidden by one that an older program has kept. */
function ownCode(): string {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const extension = extname(fileURLToPath(import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
    .sort();
  return digest(files.map((name) => readFileSync(join(folder, name), "utf8")).join("\0"));
}
