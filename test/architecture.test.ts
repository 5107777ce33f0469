import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), "rf8-lint-"));
for (const file of ["biome.json", "lint"])
  cpSync(join(root, file), join(scratch, file), { recursive: true });
afterAll(() => rmSync(scratch, { recursive: true }));

/** What the linter says of a line of code in a file of that path, under the project's rules. */
function lint(file: string, code: string): string {
  const path = join(scratch, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  const biome = join(root, "node_modules", ".bin", "biome");
  const { stdout, stderr } = spawnSync(biome, ["lint", "--vcs-enabled=false", file], {
    cwd: scratch,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}

test.each([
  ["packages/chisel-ts/src/probe.ts", "../../../hdl/mac.ts"],
  ["packages/chisel-ts/src/verilog/probe.ts", "../../../../sim/index.ts"],
  ["packages/chisel-ts/test/probe.ts", "../../../sim/index.ts"],
  ["packages/chisel-ts/test/std/probe.ts", "../../../../test/support/native.ts"],
  ["packages/chisel-ts/test/probe.ts", "verilator-wasm"],
  ["packages/verilator-wasm/src/probe.ts", "@chisel-ts/core"],
  ["packages/verilator-wasm/src/probe.ts", "../../../sim/index.ts"],
  ["tools/probe.ts", "@chisel-ts/core"],
  ["tools/probe.ts", "../sim/index.ts"],
  ["hdl/probe.ts", "verilator-wasm"],
  ["hdl/probe.ts", "../tools/yosys.ts"],
  ["hdl/probe.ts", "../sim/index.ts"],
  ["hdl/probe.ts", "../src/model/index.ts"],
  ["sim/probe.ts", "../src/format/index.ts"],
  ["sim/wasm/probe.ts", "../../src/format/index.ts"],
  ["formal/probe.ts", "../src/model/index.ts"],
  ["src/format/probe.ts", "../checkpoint/index.ts"],
  ["src/quantize/probe.ts", "../train/index.ts"],
  ["src/quantize/probe.ts", "../cli/errors.ts"],
  ["src/quantize/probe.ts", "../../sim/index.ts"],
  ["src/model/probe.ts", "../format/index.ts"],
  ["src/model/probe.ts", "../../hdl/mac.ts"],
  ["src/model/probe.ts", "@chisel-ts/core"],
])("the linter refuses that %s imports %s", (file, source) => {
  const said = lint(
    file,
    `export * from "${source}";\nimport { x } from "${source}";\nconsole.log(x);\n`,
  );
  expect(said).toContain("noRestrictedImports");
});

test.each([
  ["hdl/probe.ts", "@chisel-ts/core"],
  ["sim/probe.ts", "../hdl/mac.ts"],
  ["sim/probe.ts", "verilator-wasm"],
  ["sim/probe.ts", "../tools/tool.ts"],
  ["formal/probe.ts", "../tools/yosys.ts"],
  ["src/cli/probe.ts", "../../sim/index.ts"],
  ["src/checkpoint/probe.ts", "../format/index.ts"],
  ["src/quantize/probe.ts", "../network/index.ts"],
  ["src/format/probe.ts", "./code.ts"],
  ["packages/chisel-ts/src/verilog/probe.ts", "../ir.ts"],
])("and allows that %s imports %s", (file, source) => {
  expect(lint(file, `import { x } from "${source}";\nconsole.log(x);\n`)).not.toContain(
    "noRestrictedImports",
  );
});

test("the linter refuses that files import one another, types too", () => {
  lint("sim/one.ts", 'import type { B } from "./two.ts";\nexport type A = B | 1;\n');
  const said = lint("sim/two.ts", 'import type { A } from "./one.ts";\nexport type B = A | 2;\n');
  expect(said).toContain("noImportCycles");
});

test("no file imports, by way of others, itself", () => {
  const biome = join(root, "node_modules", ".bin", "biome");
  const only = ["lint", "--only=suspicious/noImportCycles", "--max-diagnostics=5"];
  const { status, stdout, stderr } = spawnSync(biome, only, { cwd: root, encoding: "utf8" });
  expect(`${stdout}${stderr}`).toMatch(/Checked \d{3,} files/);
  expect(status, stderr).toBe(0);
});

/** The project's own sources: path and text of each. */
const sources = ["formal", "hdl", "packages", "sim", "src", "tools", "examples"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist|test)\//.test(file))
    .map((file) => ({
      file: `${folder}/${file}`,
      text: readFileSync(join(root, folder, file), "utf8"),
    })),
);

/** `file:line` of every line that a pattern matches. */
const linesWith = (pattern: RegExp): string[] =>
  sources.flatMap(({ file, text }) =>
    text
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );

test("the linter refuses that a number stands in for an item that is missing", () => {
  const said = lint("sim/index.ts", "export const f = (list: number[]) => list[1] ?? 0;\n");
  expect(said).toContain("What is indexed exists");
  const one = "export const f = (list: number[]) => list.at(1) ?? 0;\n";
  expect(lint("sim/index.ts", one)).not.toContain("What is indexed exists");
});

test("the linter refuses a fifth parameter, but of inner kernels", () => {
  const five = "export const f = (a = 1, b = 2, c = 3, d = 4, e = 5) => a + b + c + d + e;\n";
  for (const file of ["hdl/probe.ts", "sim/index.ts", "src/api/probe.ts"])
    expect(lint(file, five)).toContain("useMaxParams");
  expect(lint("src/quantize/dots.ts", five)).not.toContain("useMaxParams");
});

test("the linter refuses the spread of a literal, and allows that of a condition", () => {
  const said = "A property is written where it belongs";
  for (const spread of ["...{ a: 1, b: 2 }", "...({ a: 1 } as const)"])
    for (const file of ["sim/index.ts", "test/probe.test.ts"])
      expect(lint(file, `export const f = { ${spread}, c: 3 };\n`)).toContain(said);
  const one = "export const f = (a?: number) => ({ ...(a && { a }), c: 3 });\n";
  expect(lint("sim/index.ts", one)).not.toContain(said);
});

test("declared names are the field's words", () => {
  expect(sources.length).toBeGreaterThan(500);
  const retired =
    "(least|greatest(?!Common)|most)([A-Z]\\w*)?|\\w*([tT]aken|[oO]ffered|[bB]eside|World|Outliers?)";
  const names = new RegExp(
    `^[^*]*\\b(const|let|function|class|interface|type|readonly) #?(${retired}|told|fates?|world)\\b`,
  );
  expect(linesWith(names)).toEqual([]);
});

/** Words that the field has others for; a choice, an arm or a name may still be taken. */
const inText = "offered|told|dissolve[sd]?|for ever(?!y)|world|greatest|trainee|fates?";

test("texts and comments are the field's words: messages, names of properties, emitted lines", () => {
  expect(linesWith(new RegExp(`["\`][^"\`]*\\b(${inText})\\b`))).toEqual([]);
  expect(linesWith(new RegExp(`^\\s*(//|/\\*\\*|\\*).*\\b(${inText})\\b`, "i"))).toEqual([]);
});

test("names of properties say valid, accepted and transfer", () => {
  const named = linesWith(
    /^\s+(name: )?"[^"]*\b(is taken|are taken|takes (?!effect)|beat moves)\b[^"]*"(:|,$)/,
  );
  expect(named.filter((line) => line.startsWith("formal/"))).toEqual([]);
});

test("no dependency that users install runs a script when it is installed", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const entries = Object.entries<{ dev?: boolean; hasInstallScript?: boolean }>(lock.packages);
  const scripted = entries
    .filter(([, entry]) => entry.hasInstallScript && !entry.dev)
    .map(([name]) => name);
  expect(scripted).toEqual([]);
});

test("every circuit of the catalogue has a model and a test folder mirrors each source folder", async () => {
  const { catalogue } = await import("../hdl/catalogue.ts");
  const { references } = await import("../src/model/index.ts");
  // Those with streams have models of jobs.
  const cycles = catalogue.filter(({ name }) => !["accelerator", "array"].includes(name));
  expect(Object.keys(references)).toEqual(expect.arrayContaining(cycles.map(({ name }) => name)));
  const tested = readdirSync(join(root, "test"));
  const sources = [
    "hdl",
    "sim",
    ...readdirSync(join(root, "src"), { withFileTypes: true })
      // Benchmarks are tested through the command line, the public names by test/reference.test.ts.
      .filter((e) => e.isDirectory() && !["api", "bench"].includes(e.name))
      .map((e) => e.name),
  ];
  for (const folder of sources) expect(tested).toContain(folder);
});
