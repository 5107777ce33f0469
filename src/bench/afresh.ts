import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/** Does something with an empty build cache, in whose folder files may be put that go with it. */
export function afresh<T>(build: (folder: string) => T): T {
  const cache = mkdtempSync(join(tmpdir(), "rf8-bench-"));
  const before = env.XDG_CACHE_HOME;
  env.XDG_CACHE_HOME = cache;
  try {
    return build(cache);
  } finally {
    if (before === undefined) delete env.XDG_CACHE_HOME;
    else env.XDG_CACHE_HOME = before;
    rmSync(cache, { recursive: true });
  }
}
