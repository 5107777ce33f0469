// A worker process of the tests: node worker.js URL JOBS.
import { queueWorker } from "../../dist/src/farm/bullmq/worker.js";
import { versionOf } from "../../dist/src/farm/kind.js";
import { threads } from "../../dist/src/farm/threads.js";
import { kinds } from "./kinds.js";

const [url, jobs] = process.argv.slice(2);
const farm = threads(new URL("./thread.js", import.meta.url), Number(jobs));
await queueWorker(url, farm, {
  version: versionOf(kinds),
  notice: (line) => console.error(line),
});
console.log("ready");
