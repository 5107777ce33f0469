// Compiles the workspace packages and rf8 into dist/. The packages are on no registry, so what they publish is
// placed where Node looks for it from dist/, and travels in rf8's tarball.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "vite";

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
await bundle("dist/src/chart", ["plot", "document"]);
chmodSync("dist/src/cli/main.js", 0o755);

/**
 * Puts the packages that files of a folder import into those files, and their licences beside them: 60 packages, of which
 * a bundle needs a part, do not come with `npm install rf8`.
 */
async function bundle(folder, names) {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      minify: true,
      target: "es2023",
      lib: {
        entry: Object.fromEntries(names.map((name) => [name, `${folder}/${name}.js`])),
        formats: ["es"],
      },
    },
    ssr: { noExternal: true },
  });
  const licences = new Map();
  for (const file of made.flatMap(({ output }) => output)) {
    writeFileSync(`${folder}/${file.fileName}`, file.code);
    for (const module of file.moduleIds ?? []) {
      const [, place, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(module) ?? [];
      if (place) licences.set(name, readFileSync(`${place}/LICENSE`, "utf8"));
    }
  }
  const texts = [...licences].sort().map(([name, text]) => `${name}\n\n${text.trim()}\n`);
  writeFileSync(`${folder}/LICENSES`, texts.join("\n\n"));
  for (const name of names) rmSync(`${folder}/${name}.js.map`);
}
