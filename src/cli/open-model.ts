import { stderr } from "node:process";
import { type Model, readModel } from "../network/index.ts";

/** Reads a model, and says on stderr what its user should know of it. */
export function openModel(path: string): Model {
  const model = readModel(path);
  for (const warning of model.warnings ?? []) stderr.write(`warning: ${warning}\n`);
  return model;
}
