import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { catalogue } from "../../hdl/catalogue.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rf8-package-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the tarball runs elsewhere with nothing but its declared dependencies", () => {
  const pack = spawnSync(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  expect(pack.status).toBe(0);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "rf8"), { recursive: true });
  const tarball = join(folder, "rf8-0.1.0.tgz");
  spawnSync("tar", ["-xzf", tarball, "-C", join(modules, "rf8"), "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  const list = spawnSync(
    process.execPath,
    [join(modules, "rf8/dist/src/cli/main.js"), "list", "--json"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  expect(list.stderr).toBe("");
  const { circuits, cores } = JSON.parse(list.stdout);
  expect([...circuits, ...cores]).toHaveLength(catalogue.length);

  // A path that only the `imports` of this package resolve would be `any` to its users.
  const declarations = readdirSync(join(modules, "rf8/dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts"))
    .map((file) => readFileSync(join(modules, "rf8/dist", file), "utf8"));
  expect(declarations.length).toBeGreaterThan(500);
  expect(declarations.filter((text) => text.includes('"#host/packages/'))).toEqual([]);

  const script =
    'import { engines, mac } from "rf8"; const d = engines.wasm.open(mac()); console.log(d.out.sum);';
  const library = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([library.stderr, library.stdout]).toEqual(["", "0n\n"]);
});

test("without --queue nothing of a queue is installed or loaded", () => {
  const { dependencies, peerDependenciesMeta: peers } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  for (const name of ["bullmq", "ioredis", "pg"]) {
    expect(dependencies).not.toHaveProperty(name);
    expect(peers[name]).toEqual({ optional: true });
  }
  // Here, as after `npm install rf8`, they are not to be had.
  const prove = (...flags: readonly string[]) =>
    spawnSync(
      process.execPath,
      [join(folder, "node_modules/rf8/dist/src/cli/main.js"), "prove", "decode", ...flags],
      { cwd: folder, encoding: "utf8", env: { ...process.env, XDG_CACHE_HOME: folder } },
    );
  expect(prove()).toMatchObject({ status: 0, stderr: "" });
  expect(prove("--queue", "redis://127.0.0.1:1")).toMatchObject({
    status: 2,
    stdout: "",
    stderr:
      "error: redis://127.0.0.1:1 needs packages that are not installed: npm install bullmq ioredis\n",
  });
});
