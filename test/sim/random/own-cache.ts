import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { afterAll, beforeAll, vi } from "vitest";

/** The builds of a long run are of no use later: it keeps them in a folder of its own. */
export function useOwnCache(): void {
  if (env.RANDOM_CIRCUITS === undefined) return;
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rf8-random-"));
    vi.stubEnv("XDG_CACHE_HOME", folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}
