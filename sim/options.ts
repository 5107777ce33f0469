// Checks the options of `open`.

import { checkBlackBoxes, checkModule, type ir } from "@chisel-ts/core";
import { described, namesIn } from "./check.ts";
import type { DisplayLine } from "./displays/line.ts";
import { checkModels, type NamedModel } from "./drive/models.ts";
import type { InProcessOptions, OpenOptions } from "./engine.ts";

/** What every engine is asked for when it opens a module. */
export interface Opening {
  readonly watch: readonly string[];
  readonly models: readonly NamedModel[];
}

/**
 * The names to watch and the models. @throws RangeError for an option that is none, names that are no list of strings, or
 * models that do not fit the module.
 */
export function openOptions(module: ir.ModuleIr, options: OpenOptions): Opening {
  checkModule(module);
  checkOptions(options, ["watch", "models"]);
  return opening(module, options);
}

const opening = (module: ir.ModuleIr, { watch = [], models = {} }: OpenOptions): Opening => ({
  watch: namesIn("watch", watch),
  models: checkModels(module, models),
});

/** What an engine in this process does with what the module says of itself. */
export type Handling = Required<Pick<InProcessOptions, "checks" | "display">>;

/** The options of an engine in this process. @throws RangeError as `openOptions`, or for another mode of checks. */
export function inProcessOptions(
  module: ir.ModuleIr,
  options: InProcessOptions,
): Opening & Handling {
  checkModule(module);
  checkOptions(options, ["watch", "models", "checks", "display"]);
  checkBlackBoxes(module);
  const { checks = "throw", display = print } = options;
  if (checks !== "throw" && checks !== "collect") {
    throw new RangeError(`checks is "throw" or "collect", not ${described(checks)}`);
  }
  if (typeof display !== "function") {
    throw new RangeError(`display is a function that takes lines, not ${described(display)}`);
  }
  return { ...opening(module, options), checks, display };
}

const print = ({ text }: DisplayLine): void => console.log(text);

function checkOptions(options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new RangeError(`the options of open are an object such as { watch: ["sum"] }`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const inProcess = unknown === "checks" || unknown === "display";
  const where = inProcess
    ? ` here: wasm and interpreter evaluate ${unknown.replace(/s?$/, "s")}`
    : "";
  throw new RangeError(`open has no option ${unknown}${where}; it has ${known.join(", ")}`);
}
