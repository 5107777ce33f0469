import { spawnSync } from "node:child_process";
import { EngineUnavailableError } from "./unavailable.ts";

export interface Tool {
  readonly program: string;
  readonly versionArgument: string;
  readonly minimum: readonly [number, number];
  readonly packages: { readonly apt: string; readonly brew: string };
}

const versions = new Map<string, string>();

/**
 * The version line of an installed tool.
 *
 * @throws EngineUnavailableError when it is missing or too old, saying what to install.
 */
export function toolVersion({ program, versionArgument, minimum, packages }: Tool): string {
  const known = versions.get(program);
  if (known !== undefined) return known;
  const install =
    `install it with apt-get install ${packages.apt} or brew install ${packages.brew} ` +
    `(version ${minimum[0]}.${String(minimum[1]).padStart(3, "0")} or newer)`;
  const { error, stdout } = spawnSync(program, [versionArgument], { encoding: "utf8" });
  if (error) throw new EngineUnavailableError(`${program} is not installed; ${install}`);
  const line = stdout.split("\n")[0] as string;
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(line) ?? [];
  if (Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1])) {
    throw new EngineUnavailableError(`${program} is ${major}.${minor}, too old; ${install}`);
  }
  versions.set(program, line);
  return line;
}

/** Runs a build step. @throws Error with what the program wrote, when it fails. */
export function runTool(program: string, args: readonly string[], folder: string): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed:\n${stdout}${stderr}`);
}
