export { availableParallelism } from "node:os";
export { Worker } from "node:worker_threads";
