import { spawnSync } from "node:child_process";

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

/** The command that installs without asking, where there is one. */
function installer(manager: "apt" | "brew", wanted: readonly Tool[]): string[][] {
  const names = wanted.map((tool) => tool.packages[manager]);
  if (manager === "brew") return [["brew", "install", ...names]];
  const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  return [
    [...root, "apt-get", "update", "-qq"],
    [...root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", ...names],
  ];
}

/** Makes the native tools available before any test runs, through the system's package manager. */
export default function setup(): void {
  const wanted = tools.filter(missing);
  if (wanted.length === 0) return;
  const manager = (["apt", "brew"] as const).find(
    (name) => !run(name === "apt" ? "apt-get" : name, ["--version"]).error,
  );
  if (manager) {
    console.log(`Installing ${wanted.map((tool) => tool.program).join(" and ")} with ${manager}…`);
    for (const [program = "", ...args] of installer(manager, wanted)) {
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
