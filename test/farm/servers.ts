import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { needs } from "../support/native.ts";

/** A database on loopback that a test has started. */
export interface Server {
  readonly url: string;
  /** Kills it, as a power cut does, and starts it again with what its disk has. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis that writes everything to its append-only file before it answers. */
export async function redis(...more: readonly string[]): Promise<Server> {
  needs("redis-server");
  const folder = mkdtempSync(join(tmpdir(), "rf8-redis-"));
  const port = await freePort();
  const args = [...redisArguments(folder, port), "--bind", "127.0.0.1", ...more];
  return server(`redis://127.0.0.1:${port}`, port, folder, () =>
    spawn("redis-server", args, { stdio: "ignore" }),
  );
}

/** What makes a Redis write everything to its append-only file before it answers. */
export const redisArguments = (folder: string, port: number): string[] => [
  ...["--port", String(port), "--dir", folder, "--save", ""],
  ...["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"],
];

/** A PostgreSQL. */
export async function postgres(): Promise<Server> {
  needs("postgres");
  const folder = mkdtempSync(join(tmpdir(), "rf8-postgres-"));
  const data = join(folder, "data");
  const port = await freePort();
  const { prefix, user } = notRoot();
  if ("uid" in user) chownSync(folder, user.uid, user.gid);
  const run = (...args: readonly [string, ...string[]]): ChildProcess => {
    const [program, ...rest] = [...prefix, ...args];
    return spawn(program ?? "", rest, { ...user, stdio: "ignore", cwd: folder });
  };
  const made = run("initdb", "-D", data, "-U", "rf8", "-A", "trust", "--no-sync");
  const [status] = await once(made, "exit");
  if (status !== 0) throw new Error(`initdb ended: ${status}`);
  return server(`postgres://rf8@127.0.0.1:${port}/postgres`, port, folder, () =>
    run("postgres", "-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder),
  );
}

/** PostgreSQL refuses to be root, which a test may be: it is another user of a namespace then, or of the system. */
function notRoot(): { prefix: readonly string[]; user: { uid: number; gid: number } | object } {
  if (process.getuid?.() !== 0) return { prefix: [], user: {} };
  const prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
  const { status } = spawnSync("unshare", [...prefix.slice(1), "true"]);
  return status === 0 ? { prefix, user: {} } : { prefix: [], user: { uid: 65_534, gid: 65_534 } };
}

async function server(
  url: string,
  port: number,
  folder: string,
  run: () => ChildProcess,
): Promise<Server> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // Until what is left of a killed PostgreSQL has ended, it does not begin again.
    for (let tries = 0; ; tries++) {
      child = run();
      if (await listening(port, child)) return;
      if (tries === 20) throw new Error(`${child.spawnfile} does not begin on port ${port}`);
      await setTimeout(100);
    }
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    start,
    kill,
    async restart() {
      await kill();
      await start();
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Whether a process comes to listen; false where it ends before. */
async function listening(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => resolve(false));
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (isThere) return true;
    await setTimeout(50);
  }
  return false;
}

/** A worker process of the tests' kinds. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** What it wrote to stderr so far. */
  said(): string;
}

/**
 * Starts a worker and waits until it is ready.
 *
 * @param prefix words before the command, such as those that enter a namespace.
 */
export async function startWorker(
  url: string,
  jobs: number,
  prefix: readonly string[] = [],
): Promise<WorkerProcess> {
  const own = fileURLToPath(new URL("./worker.js", import.meta.url));
  const [program = "", ...args] = [...prefix, process.execPath, own, url, String(jobs)];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the worker ended (${code}): ${said}`)));
  });
  return { process: child, said: () => said };
}
