import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { cached, cachePlace } from "../../tools/cache.ts";
import { yosysVersion as installedYosys } from "../../tools/yosys-version.ts";
import { codeOf } from "../farm/code.ts";
import { decode, encode } from "../farm/encoding.ts";
import { digest } from "../farm/kind.ts";
import { keep, kept } from "../farm/store.ts";

/**
 * A result that is worked out once per content, kept as a piece of work is.
 *
 * @param parts everything the result depends on, beside the code of this folder, which always counts.
 */
export async function cachedResult<T>(
  kind: string,
  parts: readonly string[],
  make: () => Promise<T>,
): Promise<T> {
  const piece = { kind, id: digest(encode([codeOf("src/cost"), ...parts])).slice(0, 32) };
  const before = kept(piece);
  if (before) return decode(before.result) as T;
  const started = performance.now();
  const result = encode(await make());
  keep(piece, { state: "done", result, seconds: (performance.now() - started) / 1000 });
  // What a reader of the cache would get, so that both are alike.
  return decode(result) as T;
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
