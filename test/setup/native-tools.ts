import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The native simulators that the tests use as independent witnesses, and how each says its version. */
const tools = [
  {
    program: "verilator",
    arguments: ["--version"],
    least: [5, 6],
    packages: { apt: "verilator", brew: "verilator" },
  },
  {
    program: "iverilog",
    arguments: ["-V"],
    least: [11, 0],
    packages: { apt: "iverilog", brew: "icarus-verilog" },
  },
];

/** Packages of Debian that tests compare with where they are installed: a test without them says so and goes on. */
const welcome = [
  { packageName: "opensta", brings: "/usr/bin/sta" },
  { packageName: "qflow-tech-osu018", brings: "/usr/share/qflow/tech/osu018" },
  { packageName: "qflow-tech-osu035", brings: "/usr/share/qflow/tech/osu035" },
  { packageName: "qflow-tech-osu050", brings: "/usr/share/qflow/tech/osu050" },
];

type Tool = (typeof tools)[number];

const run = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** What is wrong with a tool; `undefined` when it is there and new enough. */
function missing({ program, arguments: args, least }: Tool): string | undefined {
  const { error, stdout } = run(program, args);
  if (error) return `${program} is not installed`;
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const [wantMajor = 0, wantMinor = 0] = least;
  const enough =
    Number(major) > wantMajor || (Number(major) === wantMajor && Number(minor) >= wantMinor);
  return enough
    ? undefined
    : `${program} is ${major}.${minor}, ${least.join(".")} or newer is needed`;
}

/** The commands that install without asking. */
function installer(manager: "apt" | "brew", names: readonly string[]): string[][] {
  if (manager === "brew") return [["brew", "install", ...names]];
  const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  return [
    [...root, "apt-get", "update", "-qq"],
    [...root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", ...names],
  ];
}

/** Makes the native tools available before any test runs, through the system's package manager. */
export default function setup(): void {
  const manager = (["apt", "brew"] as const).find(
    (name) => !run(name === "apt" ? "apt-get" : name, ["--version"]).error,
  );
  const needed = manager ? tools.filter(missing).map(({ packages }) => packages[manager]) : [];
  const extra = manager === "apt" ? welcome.filter(({ brings }) => !existsSync(brings)) : [];
  // Apart, so that a package which this release does not have keeps nothing else away.
  for (const names of [needed, ...extra.map(({ packageName }) => [packageName])]) {
    if (!manager || names.length === 0) continue;
    console.log(`Installing ${names.join(" and ")} with ${manager}…`);
    for (const [program = "", ...args] of installer(manager, names)) {
      const { status, stderr } = run(program, args);
      if (status !== 0) console.log(stderr.trim());
    }
  }
  const problems = tools.flatMap((tool) => missing(tool) ?? []);
  if (problems.length === 0) return;
  const message =
    `${problems.join("; ")}. The tests compare against both. Install them and run npm test again:\n` +
    "  Debian, Ubuntu   sudo apt-get install verilator iverilog   (Verilator 5.006 or newer: Debian 12, Ubuntu 24.04)\n" +
    "  macOS            brew install verilator icarus-verilog\n" +
    "  elsewhere        https://verilator.org/guide/latest/install.html and https://steveicarus.github.io/iverilog";
  // What to install is all a reader needs: no stack.
  throw Object.assign(new Error(message), { stack: message });
}
