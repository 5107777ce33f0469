import { defineConfig } from "vitest/config";
import LongestFirst from "./test/setup/longest-first.ts";

export default defineConfig({
  ssr: { resolve: { conditions: ["chisel-ts-source", "node"] } },
  test: {
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/replay.ts", "test/setup/native-engines.ts"],
    reporters: ["default", "./test/setup/left-out.ts"],
    // vitest keeps one core for itself, half of a machine with two.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
