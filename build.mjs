// Compiles the workspace package and rf8 into dist/. @chisel-ts/core is on no registry, so its compiled
// form is placed where Node looks for it from dist/, and travels in rf8's tarball.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");

function compile(project) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const core = "packages/chisel-ts";
for (const folder of [`${core}/dist`, "dist"]) rmSync(folder, { recursive: true, force: true });
compile(core);
compile("tsconfig.build.json");
for (const part of ["package.json", "README.md", "dist"]) {
  cpSync(`${core}/${part}`, `dist/node_modules/@chisel-ts/core/${part}`, { recursive: true });
}
chmodSync("dist/src/cli/main.js", 0o755);
