// What the state after a clock edge depends on, and what that depends on.

import { at } from "@chisel-ts/core";
import type { RegisterCell } from "../cells.ts";
import type { Netlist } from "../netlist.ts";
import type { Use } from "./branches/guards.ts";

/** Whether a register has a state to come that depends on others: at a reset, unless it has a reset value. */
export const hasNextState = (reset: boolean, register: RegisterCell): boolean =>
  !reset || register.reset === undefined;

/** What registers and memories become, with reset at 1 or 0. */
export const stateUses = ({ registers, memories }: Netlist, reset = false): Use[] => [
  ...registers.flatMap((register): Use[] =>
    hasNextState(reset, register) ? [[register.next]] : [],
  ),
  ...memories.flatMap(({ reads, writes }) => [
    ...reads.flatMap(({ slot, address, enable }): Use[] => [[slot], [address], [enable]]),
    ...writes.flatMap(({ address, data, enable, mask }): Use[] => [
      ...([[address], [enable], [data, [[enable, true]]]] as const),
      ...(mask === undefined ? [] : [[mask, [[enable, true]]] as const]),
    ]),
  ]),
];

/** Every slot that some depend on within the cycle, themselves included. */
export function slotsBehind(netlist: Netlist, roots: readonly number[]): Set<number> {
  const behind = new Map<number, readonly number[]>();
  for (const { slot, operands } of netlist.cells) behind.set(slot, operands);
  for (const { slot, instance, needs } of netlist.results) {
    behind.set(
      slot,
      needs.map((input) => at(at(netlist.kept, instance).inputs, input)),
    );
  }
  const found = new Set<number>();
  const stack = [...roots];
  for (let slot = stack.pop(); slot !== undefined; slot = stack.pop()) {
    if (found.has(slot)) continue;
    found.add(slot);
    for (const next of behind.get(slot) ?? []) stack.push(next);
  }
  return found;
}
