import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where everything of one kind is kept. */
export function cacheFolder(kind: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "rf8", kind);
}

/** Where the folder of some content is, or will be. */
export function cachePlace(kind: string, parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return join(cacheFolder(kind), hash.digest("hex").slice(0, 32));
}

/**
 * A folder made once per content: `build` fills a temporary folder, which is then renamed into place, so
 * that runs side by side and interrupted runs leave only whole folders.
 *
 * @param parts everything the result depends on.
 */
export function cached(
  kind: string,
  parts: readonly string[],
  build: (folder: string) => void,
): string {
  const place = cachePlace(kind, parts);
  if (existsSync(place)) return place;
  const parent = dirname(place);
  mkdirSync(parent, { recursive: true });
  const temporary = mkdtempSync(join(parent, "building-"));
  try {
    build(temporary);
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another run may have finished the same folder first.
    if (!existsSync(place)) throw withPath(error, place);
  }
  return place;
}

/** The error with the path: Node names none where a write fails half-way, as on a full disk. */
export function withPath(error: unknown, path: string): unknown {
  const isNameless = error instanceof Error && "syscall" in error && !("path" in error);
  return isNameless ? Object.assign(error, { path }) : error;
}
