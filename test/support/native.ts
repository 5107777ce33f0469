import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeEach, type TestContext } from "vitest";

/** Programs that tests compare with where they are installed, how each says its version, and who packages it. */
const programs = {
  iverilog: { version: "-V", least: [11, 0], install: "apt-get install iverilog" },
  verilator: { version: "--version", least: [5, 6], install: "apt-get install verilator" },
  sta: { version: "-version", least: [2, 0], install: "apt-get install opensta" },
  "redis-server": { version: "--version", least: [6, 2], install: "apt-get install redis-server" },
  postgres: { version: "--version", least: [13, 0], install: "apt-get install postgresql" },
  chromium: { version: "--version", least: [120, 0], install: "apt-get install chromium" },
  "systemd-analyze": { version: "--version", least: [240, 0], install: "apt-get install systemd" },
  "firefox-esr": { version: "--version", least: [140, 0], install: "apt-get install firefox-esr" },
  make: { version: "--version", least: [4, 0], install: "apt-get install make" },
} as const;

// Debian keeps PostgreSQL's server off the path.
const postgresHome = "/usr/lib/postgresql";
if (existsSync(postgresHome)) {
  const [newest] = readdirSync(postgresHome).sort((a, b) => Number(b) - Number(a));
  process.env.PATH += `${delimiter}${join(postgresHome, newest ?? "", "bin")}`;
}

export type Program = keyof typeof programs;

const found = new Map<Program, boolean>();

/** Whether a program is there, and new enough. */
export function installed(program: Program): boolean {
  let known = found.get(program);
  if (known === undefined) {
    const { version, least } = programs[program];
    const { error, stdout, stderr } = spawnSync(program, [version], { encoding: "utf8" });
    const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(`${stdout}${stderr}`) ?? [];
    const [leastMajor, leastMinor] = least;
    known =
      !error &&
      (Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor));
    found.set(program, known);
  }
  return known;
}

/** Why a test is left out, as the summary at the end says it. */
export const absence = (program: Program): string =>
  `${program} is not installed (${programs[program].install})`;

/** Packages of Python that tests compare with; PYTHON names another interpreter than python3. */
const pythonPackages = {
  numpy: "apt-get install python3-numpy",
  onnxruntime: "pip install onnxruntime",
} as const;

export const python = process.env.PYTHON ?? "python3";

/** Leaves the running test out where a package of Python is not installed. */
export function needsPython(name: keyof typeof pythonPackages): void {
  if (spawnSync(python, ["-c", `import ${name}`]).status === 0) return;
  if (!current) throw new Error(`a test needs ${name} outside of a test`);
  current.skip(`${name} is not installed (${pythonPackages[name]})`);
}

/** What a process needs around it to find Chromium's Vulkan driver in software, SwiftShader, and the loader beside it. */
const chromium = "/usr/lib/chromium";
export const softwareVulkan = {
  VK_ICD_FILENAMES: join(chromium, "vk_swiftshader_icd.json"),
  LD_LIBRARY_PATH: chromium,
};

/** Leaves the running test out where there is no such driver. */
export function needsSoftwareVulkan(): void {
  if ([softwareVulkan.VK_ICD_FILENAMES, join(chromium, "libvulkan.so.1")].every(existsSync)) return;
  if (!current) throw new Error("a test needs SwiftShader outside of a test");
  current.skip(`${chromium} has no SwiftShader (apt-get install chromium)`);
}

/** Leaves the running test out where networks of its own cannot be had: on Linux, with iproute2 and user namespaces. */
export function needsNetworks(): void {
  const probe = "ip link add probe type veth peer name other";
  const unshare = ["--user", "--map-root-user", "--net", "sh", "-c", probe];
  if (spawnSync("unshare", unshare).status === 0) return;
  if (!current) throw new Error("a test needs networks outside of a test");
  current.skip("network namespaces cannot be had (Linux, apt-get install iproute2 util-linux)");
}

let current: TestContext | undefined;

/** Lets `needs` know the test that runs. Called once by the set-up. */
export function watchTests(): void {
  beforeEach((context) => {
    current = context;
  });
}

/** Leaves the running test out, from here on, where a program is not installed. */
export function needs(...wanted: readonly Program[]): void {
  const missing = wanted.find((program) => !installed(program));
  if (missing === undefined) return;
  if (!current) throw new Error(`a test needs ${missing} outside of a test`);
  current.skip(absence(missing));
}
