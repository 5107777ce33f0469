import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles once before all tests what the tests of the command line and of the package run. */
export default function setup(): void {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm run build failed:\n${stdout}${stderr}`);
}
