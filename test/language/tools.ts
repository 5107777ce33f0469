import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DesignFile } from "@chisel-ts/core";

/** Calls `body` with a new folder that holds `files`. */
export function inFolder<T>(
  files: readonly Pick<DesignFile, "name" | "text">[],
  body: (folder: string, paths: readonly string[]) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "verilog-"));
  try {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    return body(
      folder,
      files.map(({ name }) => join(folder, name)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All that a program prints, whatever its exit status. */
export function printed(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return `${stdout}${stderr}`;
}

/** Compiles with Icarus Verilog and returns the lines that the simulation prints. */
export const simulate = (files: readonly Pick<DesignFile, "name" | "text">[]): string[] =>
  inFolder(files, (folder, paths) => {
    const program = join(folder, "simulation");
    execFileSync("iverilog", ["-g2005", "-s", "testbench", "-o", program, ...paths]);
    return execFileSync("vvp", ["-n", program], { encoding: "utf8" }).trim().split("\n");
  });
