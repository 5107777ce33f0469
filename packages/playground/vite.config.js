import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger, defineConfig } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const core = join(root, "dist/node_modules/@chisel-ts/core/dist/index");
const api = (name) => join(root, `dist/src/api/${name}`);
const paths = ["format", "verification", "cost", "checkpoint"];

/** The declarations that the editor's type checker reads: those of the entries and all that they name. */
function declarations() {
  const id = "virtual:declarations";
  const entries = {
    rf8: api("index.d.ts"),
    ...Object.fromEntries(paths.map((name) => [`rf8/${name}`, api(`${name}.d.ts`)])),
    "@chisel-ts/core": `${core}.d.ts`,
    "fast-check": join(root, "node_modules/fast-check/lib/fast-check.d.ts"),
  };
  const address = (file) => `file:///lib/${relative(root, file)}`;
  return {
    name: "declarations",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const files = {};
      const visit = (file) => {
        if (files[address(file)] !== undefined) return;
        const text = readFileSync(file, "utf8").replaceAll(/^\/\/# sourceMappingURL.*$/gm, "");
        files[address(file)] = text.replaceAll(/(from\s+"\.[^"]*)\.ts"/g, '$1.js"');
        for (const [, name] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g)) {
          visit(join(dirname(file), name.replace(/\.(ts|js)$/, ".d.ts")));
        }
      };
      for (const file of Object.values(entries)) visit(file);
      const named = Object.entries(entries).map(([name, file]) => [name, [address(file)]]);
      return `export const files = ${JSON.stringify(files)}; export const paths = ${JSON.stringify(Object.fromEntries(named))};`;
    },
  };
}

/** A service worker that keeps every file of this build, so that the page works without a network. */
function offline() {
  return {
    name: "offline",
    apply: "build",
    generateBundle(_, bundle) {
      // What is large is kept when it is used first.
      const files = Object.keys(bundle).filter((name) => !/yosys|\.v$|\.wasm$/.test(name));
      const version = createHash("sha256").update(files.sort().join()).digest("hex").slice(0, 12);
      const program = readFileSync(new URL("./src/offline.js", import.meta.url), "utf8");
      const head = `const version = "${version}";\nconst files = ${JSON.stringify(["./", ...files])};\n`;
      this.emitFile({ type: "asset", fileName: "offline.js", source: head + program });
    },
  };
}

/** What the build made, in one line. */
function summary() {
  return {
    name: "summary",
    apply: "build",
    writeBundle({ dir }, bundle) {
      const bytes = Object.values(bundle).reduce(
        (sum, file) => sum + Buffer.byteLength(file.type === "chunk" ? file.code : file.source),
        0,
      );
      const [count, size] = [Object.keys(bundle).length, (bytes / 1e6).toFixed(1)];
      console.log(
        `${relative(root, dir)}: ${count} files, ${size} MB; any host of static files serves it`,
      );
    },
  };
}

/** Wavedrom's `eval` and yosys' reading of files are in parts of them that the page never calls. */
const quiet = { checks: { eval: false, pluginTimings: false } };
const logger = createLogger("warn");
const { warn } = logger;
logger.warn = (text, options) => {
  if (!text.includes('Module "fs/promises" has been externalized')) warn(text, options);
};

export default defineConfig(({ command }) => ({
  base: "./",
  plugins: [declarations(), offline(), summary()],
  resolve: {
    alias: [
      { find: /^rf8$/, replacement: api("index.js") },
      { find: /^rf8\/(.*)$/, replacement: api("$1.js") },
      { find: /^@chisel-ts\/core$/, replacement: `${core}.js` },
    ],
  },
  worker: { format: "es", rolldownOptions: quiet },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 8000,
    reportCompressedSize: false,
    rolldownOptions: quiet,
  },
  ...(command === "build" && { customLogger: logger }),
}));
