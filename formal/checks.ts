import type { ir, Module } from "@chisel-ts/core";

type Change = (checks: readonly ir.Check[]) => readonly ir.Check[];

/** A module with its checks changed, and those of all below it, without displays; itself where nothing changes. */
function changed<M extends ir.ModuleIr>(top: M, own: Change, below: Change): M {
  const known = new Map<ir.ModuleIr, ir.ModuleIr>();
  const copyOf = (module: ir.ModuleIr): ir.ModuleIr => {
    const copy = known.get(module) ?? changedIn(module, below);
    known.set(module, copy);
    return copy;
  };
  const changedIn = <N extends ir.ModuleIr>(module: N, change: Change): N => {
    const checks = change(module.checks);
    const children = module.instances.map((instance) => copyOf(instance.module));
    const isSame = module.instances.every((instance, i) => instance.module === children[i]);
    const isSilent = module.displays.length === 0;
    if (isSame && isSilent && checks === module.checks) return module;
    const instances = module.instances.map((instance, i) => ({
      ...instance,
      module: children[i] ?? instance.module,
    }));
    return { ...module, checks, displays: [], instances };
  };
  return changedIn(top, own);
}

const keep: Change = (checks) => checks;
const remove: Change = (checks) => (checks.length === 0 ? checks : []);

/** The circuit alone. */
export const withoutChecks = (module: Module): Module => changed(module, remove, remove);

/** What a module below assumes of its surroundings is for the module above to keep. */
const oblige: Change = (checks) =>
  checks.some(({ kind }) => kind === "assume")
    ? checks.map((check) => (check.kind === "assume" ? { ...check, kind: "assert" } : check))
    : checks;

/** The module with the assumptions of those that it places as assertions: it has to keep them. */
export const withObligations = (module: Module): Module => changed(module, keep, oblige);
