import { at } from "@chisel-ts/core";
import type { Structure } from "./cells.ts";
import { gates } from "./gates.ts";

/** From one pin of a cell to its output: delay in τ without load, and which way edges come out. */
export interface Path {
  readonly delay: number;
  readonly inverts: readonly boolean[];
}

/** A cell of one drive strength, measured in inverters. */
export interface Stages {
  /** Input capacitance of each pin. */
  readonly capacitance: ReadonlyMap<string, number>;
  readonly paths: ReadonlyMap<string, Path>;
  /** Pairs of transistors, each as many times as its gate's drive. */
  readonly pairs: number;
}

/** The drive of the gates inside a cell whose output gate has the given one. */
export const innerDrive = (drive: number): number => Math.max(1, drive / 2);

/** The select inputs of the selector pass edges both ways. */
const selects = (gate: string, input: number): boolean => gate === "selector" && input >= 2;

/**
 * The delay of a cell along its slowest path from each pin, parasitic + load of each gate but the last,
 * whose load is outside.
 */
export function stagesOf([name, ...operands]: Structure, drive: number): Stages {
  const { effort, parasitic, pairs }: (typeof gates)[typeof name] = gates[name];
  const capacitance = new Map<string, number>();
  const paths = new Map<string, Path>();
  let total = pairs * drive;
  const add = (pin: string, load: number, delay: number, inverts: readonly boolean[]): void => {
    const known = paths.get(pin);
    capacitance.set(pin, (capacitance.get(pin) ?? 0) + load);
    paths.set(pin, {
      delay: Math.max(known?.delay ?? 0, delay + parasitic),
      inverts: [...new Set([...(known?.inverts ?? []), ...inverts])],
    });
  };
  operands.forEach((operand, input) => {
    const load = at(effort, input) * drive;
    const both = selects(name, input);
    if (typeof operand === "string") {
      add(operand, load, 0, both ? [false, true] : [true]);
      return;
    }
    const inner = innerDrive(drive);
    const before = stagesOf(operand, inner);
    total += before.pairs;
    for (const [pin, { delay, inverts }] of before.paths) {
      add(
        pin,
        at(before.capacitance, pin),
        delay + load / inner,
        both ? [false, true] : inverts.map((inverted) => !inverted),
      );
    }
  });
  return { capacitance, paths, pairs: total };
}
