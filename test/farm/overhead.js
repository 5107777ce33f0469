// Processor time that a queue costs for each piece: node test/farm/overhead.js, on Linux with redis-server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { queueFarm } from "../../dist/src/farm/bullmq/farm.js";
import { perform, versionOf } from "../../dist/src/farm/index.js";
import { kinds } from "./kinds.js";

const pieces = 2000;
const folder = mkdtempSync(join(tmpdir(), "rf8-overhead-"));
process.env.XDG_CACHE_HOME = folder;
const port = 7391;
const url = `redis://127.0.0.1:${port}`;
const args = [
  "--port",
  String(port),
  "--bind",
  "127.0.0.1",
  "--dir",
  folder,
  "--appendonly",
  "yes",
];
const redis = spawn("redis-server", args, { stdio: "ignore" });
await setTimeout(1000);
const program = new URL("./worker.js", import.meta.url).pathname;
const worker = spawn(process.execPath, [program, url, "2"], {
  stdio: ["ignore", "pipe", "inherit"],
});
await once(worker.stdout, "data");

/** Seconds of a process so far, in hundredths. */
const used = ({ pid }) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
};
const own = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

const farm = await queueFarm(url, versionOf(kinds), console.error);
const total = () => own() + used(worker) + used(redis);
const before = total();
await perform(
  farm,
  kinds.square,
  Array.from({ length: pieces }, (_, index) => index),
);
console.log(`${(((total() - before) / pieces) * 1000).toFixed(2)} ms of processor time a piece`);
await farm.close();
worker.kill();
redis.kill();
await once(redis, "exit");
rmSync(folder, { recursive: true });
