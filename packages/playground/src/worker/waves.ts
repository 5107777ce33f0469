import type { ir, Recording } from "rf8";
import type { Trace, WaveData } from "../protocol.ts";

type Wave = ReturnType<Recording<Record<string, never>>["wave"]>;

export const waveData = ({ name, cycles, signals }: Wave, module: ir.ModuleIr): WaveData => {
  const names = memberNames(module);
  return {
    title: name,
    cycles,
    traces: signals.map((signal): Trace => {
      const members = names.get(signal.name);
      return {
        name: signal.name,
        width: signal.type.width,
        values: signal.column,
        signed: signal.type.kind === "sint",
        ...(members && { names: members }),
      };
    }),
  };
};

/** The members of enumerations by the registers and ports that are compared with them. */
function memberNames(module: ir.ModuleIr): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  const seen = new Set<ir.Node>();
  const pending: ir.Node[] = [...module.drivers.values(), ...module.registers.values()];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind !== "operation" || seen.has(node)) continue;
    seen.add(node);
    pending.push(...node.operands);
    const [state, member] = node.operands;
    if (node.operation !== "equal" || !state || !("name" in state) || member?.kind !== "constant")
      continue;
    if (member.name === undefined || state.name === undefined) continue;
    const members = found.get(state.name) ?? {};
    members[String(member.value)] = member.name;
    found.set(state.name, members);
  }
  return found;
}
