// Checks the options of `open`.

import { checkBlackBoxes, checkModule, type ir } from "@chisel-ts/core";
import { described, namesIn } from "./check.ts";
import type { DisplayLine } from "./displays/line.ts";
import type { Models } from "./drive/models.ts";
import { checkModels, type NamedModel } from "./drive/ports.ts";
import type { InProcessOptions, Lanes, OpenOptions } from "./engine.ts";
import { laneCount } from "./lanes.ts";

/** What every engine is asked for when it opens a module. */
export interface Opening {
  readonly watch: readonly string[];
  readonly models: readonly NamedModel[];
  /** None where one run is asked for. */
  readonly lanes: number | undefined;
}

/**
 * The names to watch, the models and the lanes. @throws RangeError for an option that is none, names that are no list of
 * strings, models that do not fit the module, or lanes that are no count.
 */
export function openOptions(module: ir.ModuleIr, options: OpenOptions<Models, Lanes>): Opening {
  checkModule(module);
  checkOptions(options, ["watch", "models", "lanes"]);
  return opening(module, options);
}

const opening = (
  module: ir.ModuleIr,
  { watch = [], models = {}, lanes }: OpenOptions<Models, Lanes>,
): Opening => ({
  watch: namesIn("watch", watch),
  models: checkModels(module, models, watch),
  lanes: lanes === undefined ? undefined : laneCount(lanes),
});

/** What an engine in this process does with what the module says of itself. */
export type Handling = Required<Pick<InProcessOptions, "checks" | "display">>;

/** The options of an engine in this process. @throws RangeError as `openOptions`, or for another mode of checks. */
export function inProcessOptions(
  module: ir.ModuleIr,
  options: InProcessOptions<Models, Lanes>,
): Opening & Handling {
  checkModule(module);
  checkOptions(options, ["watch", "models", "lanes", "checks", "display"]);
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
  const keys = Object.keys(options);
  const other = keys.find((key) => !["lanes", "watch"].includes(key) && known.includes(key));
  if (keys.includes("lanes") && other !== undefined)
    throw new RangeError(`open takes watch alone beside lanes, not ${other}`);
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const inProcess = unknown === "checks" || unknown === "display";
  const where = inProcess
    ? ` here: wasm and interpreter evaluate ${unknown.replace(/s?$/, "s")}`
    : "";
  throw new RangeError(`open has no option ${unknown}${where}; it has ${known.join(", ")}`);
}
