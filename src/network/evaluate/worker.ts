import { parentPort, workerData } from "node:worker_threads";
import { sumsOf } from "./sums.ts";
import type { Report, Task } from "./workers.ts";

const { config, tensors, candidates, sequences } = workerData as Task;
const tell = (report: Report): void => parentPort?.postMessage(report);
const model = { config, tensors: new Map(tensors) };
tell({ sums: await sumsOf(model, candidates, sequences, (tokens) => tell({ tokens })) });
