import { parentPort } from "node:worker_threads";
import { type CoresTask, helpWith } from "./cores.ts";
import { Solver } from "./solver.ts";

parentPort?.on("message", (given: CoresTask) => {
  helpWith(given, new Solver(given.hessian, given.task.columns, given.feedback));
});
