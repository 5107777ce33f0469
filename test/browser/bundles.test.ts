import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin, type Rolldown } from "vite";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A project that has rf8 installed. */
const project = mkdtempSync(join(tmpdir(), "rf8-bundle-"));
mkdirSync(join(project, "node_modules", "@chisel-ts"), { recursive: true });
writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
symlinkSync(root, join(project, "node_modules", "rf8"));
symlinkSync(
  join(root, "packages", "chisel-ts"),
  join(project, "node_modules", "@chisel-ts", "core"),
);
afterAll(() => rmSync(project, { recursive: true }));

interface Bundle {
  readonly files: Rolldown.OutputChunk[];
  /** Modules of Node that were asked for, and by whom. */
  readonly missing: string[];
}

/** What a bundler makes of a page that imports all of a module. */
async function bundled(name: string): Promise<Bundle> {
  const input = join(project, "entry.js");
  writeFileSync(input, `import * as all from "${name}";\nglobalThis.all = all;\n`);
  const missing: string[] = [];
  const watch: Plugin = {
    name: "watch",
    enforce: "pre",
    resolveId(source, importer) {
      if (isBuiltin(source)) missing.push(`${importer} needs ${source}`);
    },
  };
  const made = await build({
    root: project,
    configFile: false,
    logLevel: "silent",
    plugins: [watch],
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2022",
      rolldownOptions: { input },
    },
  });
  const { output } = made as Rolldown.RolldownOutput;
  return { files: output.filter((file) => file.type === "chunk"), missing };
}

/** Kilobytes that a page loads at first, packed; what follows when it is used does not count. */
const packed = ({ files }: Bundle): number =>
  files
    .filter((file) => file.isEntry && /entry/.test(file.fileName))
    .reduce((sum, file) => sum + gzipSync(file.code).length / 1024, 0);

/** Sub-paths and what a page may load for one, so that nothing large creeps in. */
const budgets: Readonly<Record<string, number>> = {
  "@chisel-ts/core": 32,
  "rf8/format": 7,
  "rf8/cost": 70,
  "rf8/verification": 146,
  "rf8/checkpoint": 60,
  "rf8/network": 220,
  "rf8/accelerator": 260,
  "rf8/estimate": 12,
  "rf8/gg": 140,
  "rf8/core": 85,
  rf8: 162,
};

const documented = readFileSync(join(root, "docs/browser.md"), "utf8");

test.each(Object.entries(budgets))(
  "%s is bundled for browsers in %i kB at most",
  async (name, most) => {
    const bundle = await bundled(name);
    const size = packed(bundle);
    console.log(`${name}: ${size.toFixed(1)} kB packed`);
    const [, stated = ""] = new RegExp(`^\\| ${name} +\\| (\\d+)`, "m").exec(documented) ?? [];
    expect(Math.abs(Number(stated) - size)).toBeLessThan(1 + size / 10);
    // yosys asks for files where it runs in Node; nothing of ours does.
    for (const message of bundle.missing) expect(message).toContain("@yowasp/yosys");
    const texts = bundle.files.map((file) => file.code).join("\n");
    expect(texts).not.toMatch(/(from|import\()\s*["'`]node:/);
    expect(size).toBeLessThan(most);
  },
);

/** Training runs in threads of Node and keeps its state in files. */
const nodeOnly = ["rf8/train"];

test("every other sub-path has a budget", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const paths = Object.keys(exports).filter((path) => path !== "./package.json");
  const names = [...Object.keys(budgets).filter((name) => name.startsWith("rf8")), ...nodeOnly];
  expect(names.sort()).toEqual(paths.map((path) => path.replace(".", "rf8")).sort());
});

test("a bundle that needs Node is noticed", async () => {
  writeFileSync(join(project, "node-only.js"), 'export { readFileSync } from "node:fs";\n');
  const { missing } = await bundled("./node-only.js");
  expect(missing.join()).toContain("needs node:fs");
});
