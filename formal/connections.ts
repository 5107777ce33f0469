import { type ir, resetPortOf } from "@chisel-ts/core";

/** The clock and the reset of an instance in a checker, whose `reset` is active high. */
export function implicitConnections(module: ir.ModuleIr): string[] {
  const port = resetPortOf(module);
  return [
    ...(module.clocked ? [".clock(clock)"] : []),
    ...(port === undefined ? [] : [`.${port}(${module.reset.active === "low" ? "!" : ""}reset)`]),
  ];
}
