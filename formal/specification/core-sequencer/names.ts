import type { coreOperations } from "../../../hdl/core/descriptor.ts";
import { coreStates } from "../../../hdl/core/registers.ts";

/** In the order in which a descriptor goes through them, as far as it does. */
export const states = [
  ...(["Idle", "Fetch", "Descriptor", "Read", "Setup", "Modulo", "Address", "Request"] as const),
  ...(["Stream", "Pass", "Drain", "Scalar", "ScalarWait", "Rows", "RowsDrain"] as const),
  ...(["Element", "Store", "Finish"] as const),
] as const;
export type State = (typeof states)[number];

/** Whether the core is in one of some states, in Verilog. */
export const is = (...some: readonly State[]): string =>
  `(${some.map((state) => `\\dut.state == ${coreStates[state].value}`).join(" || ")})`;

/** Whether the descriptor has one of some operations. */
export const op = (...some: readonly (typeof coreOperations.End)[]): string =>
  `(${some.map(({ value }) => `op == ${value}`).join(" || ")})`;

/** A register of the core, in an expression. */
export const r = (name: string): string => `\\dut.${name} `;
