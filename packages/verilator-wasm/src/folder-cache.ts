import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cache } from "./cache.ts";

/** A cache in a folder, for Node. Files are written under another name and renamed: readers see whole ones. */
export function folderCache(folder: string): Cache {
  return {
    async get(key) {
      try {
        return new Uint8Array(await readFile(join(folder, key)));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async set(key, bytes) {
      await mkdir(folder, { recursive: true });
      const temporary = join(folder, `${key}.${process.pid}`);
      await writeFile(temporary, bytes);
      await rename(temporary, join(folder, key));
    },
  };
}
