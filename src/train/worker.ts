import { parentPort, workerData } from "node:worker_threads";
import { type Answer, localRunner, type Order, type RunnerTask } from "./runner.ts";

const runner = await localRunner(workerData as RunnerTask);
parentPort?.on("message", async (order: Order) => {
  parentPort?.postMessage({ loss: await runner.run(order) } satisfies Answer);
});
