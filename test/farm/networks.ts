import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Two networks with a cable between them, which nobody else sees: `10.77.0.1` and `10.77.0.2`. */
export interface Networks {
  /** Words that run a command in the first network. */
  readonly near: readonly string[];
  readonly far: readonly string[];
  /** From now on nothing comes through, and nobody is told. */
  cut(): void;
  restore(): void;
  close(): void;
}

/** Called where `needsNetworks` lets a test go on. */
export async function twoNetworks(): Promise<Networks> {
  const held: ChildProcess[] = [];
  /** A shell that keeps its namespaces as long as it lives. */
  const holder = async (...prefix: readonly string[]): Promise<number> => {
    const [program = "", ...args] = [...prefix, "sh", "-c", "ip link set lo up && echo up && cat"];
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    held.push(child);
    await once(child.stdout ?? child, "data");
    return child.pid ?? 0;
  };
  const enter = (pid: number): string[] => [
    ...["nsenter", "--target", String(pid), "--user", "--net", "--preserve-credentials"],
  ];
  const nearPid = await holder("unshare", "--user", "--map-root-user", "--net");
  const near = enter(nearPid);
  const farPid = await holder(...near, "unshare", "--net");
  const far = ["nsenter", "--target", String(farPid), "--user", "--net", "--preserve-credentials"];
  const run = (prefix: readonly string[], command: string): void => {
    const [program = "", ...args] = [...prefix, ...command.split(" ")];
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  };
  run(near, `ip link add cable type veth peer name cable netns ${farPid}`);
  run(near, "ip address add 10.77.0.1/24 dev cable");
  run(far, "ip address add 10.77.0.2/24 dev cable");
  for (const side of [near, far]) run(side, "ip link set cable up");
  return {
    near,
    far,
    cut: () => run(near, "ip link set cable down"),
    restore: () => run(near, "ip link set cable up"),
    close() {
      for (const child of held) child.kill("SIGKILL");
    },
  };
}
