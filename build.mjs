// Compiles the workspace packages and rf8 into dist/. The packages are on no registry, so what they publish is
// placed where Node looks for it from dist/, and travels in rf8's tarball.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");

function compile(project) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** What is compiled resolves `#host/…` beside itself: to the variant for browsers in a bundle for one. */
function scope(folder, sideEffects) {
  const imports = { "#host/*": { browser: "./*.browser.js", default: "./*.js" } };
  writeFileSync(
    `${folder}/package.json`,
    `${JSON.stringify({ type: "module", imports, sideEffects })}\n`,
  );
}

const packages = {
  "@chisel-ts/core": "packages/chisel-ts",
  "verilator-wasm": "packages/verilator-wasm",
};
for (const folder of [...Object.values(packages).map((place) => `${place}/dist`), "dist"]) {
  rmSync(folder, { recursive: true, force: true });
}
for (const place of Object.values(packages)) compile(place);
compile("tsconfig.build.json");
scope("packages/chisel-ts/dist", false);
scope("dist", ["./src/cli/main.js", "./src/cli/start.js", "./src/network/evaluate/worker.js"]);
for (const [name, place] of Object.entries(packages)) {
  const manifest = JSON.parse(readFileSync(`${place}/package.json`, "utf8"));
  for (const part of ["README.md", ...manifest.files]) {
    cpSync(`${place}/${part}`, `dist/node_modules/${name}/${part}`, { recursive: true });
  }
  // The sources do not travel, so nobody is sent to them.
  const published = JSON.stringify(
    manifest,
    (key, value) => (key === "chisel-ts-source" ? undefined : value),
    2,
  );
  writeFileSync(`dist/node_modules/${name}/package.json`, `${published}\n`);
}
chmodSync("dist/src/cli/main.js", 0o755);
