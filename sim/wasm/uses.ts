// What the state after a clock edge depends on.

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
