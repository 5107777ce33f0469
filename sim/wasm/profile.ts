// Counts the instructions of a cycle by the source line that asks for them.

import type { Code } from "./encoder.ts";
import { readInstructions } from "./reader.ts";

/** Instructions of a cycle, by what they do. */
export interface InstructionCounts {
  /** All; among them constants and moves between locals, which cost little. */
  readonly instructions: number;
  /** What works on numbers of 32 or 64 bits, loads, stores and branches among it. */
  readonly scalar: number;
  /** What works on vectors of 128 bits, loads and stores among it. */
  readonly vector: number;
  /** Scalar and vector ones alike. */
  readonly loads: number;
  readonly stores: number;
}

/** Instructions that come from one place. */
export interface ProfileRow extends InstructionCounts {
  /** A line of the design, or what is done for it. */
  readonly source: string;
}

export interface Profile {
  readonly total: InstructionCounts;
  /** The most costly first. */
  readonly rows: readonly ProfileRow[];
}

type Counts = { -readonly [N in keyof InstructionCounts]: number };

const none = (): Counts => ({ instructions: 0, scalar: 0, vector: 0, loads: 0, stores: 0 });

/** What structures code or moves between locals and the stack. */
const moves = /^(local|block|loop|else|end|i32\.const|i64\.const|v128\.const)/;

/**
 * Counts the instructions that a call of a function runs, its calls included. Loops are passed as often as their calls
 * say, which is once where they do not; what is left out on a condition counts as if it ran.
 */
export function profileOf(functions: readonly Code[], entry: string): Profile {
  const byName = new Map(functions.map((code) => [code.name, code]));
  const rows = new Map<string, Counts>();
  const total = none();
  const count = (source: string, name: string, times: number): void => {
    const own = rows.get(source) ?? none();
    rows.set(source, own);
    for (const counts of [own, total]) {
      counts.instructions += times;
      if (moves.test(name)) continue;
      counts[/^(v128|i\d+x\d+)\./.test(name) ? "vector" : "scalar"] += times;
      if (name.includes(".load")) counts.loads += times;
      if (name.includes(".store")) counts.stores += times;
    }
  };
  const visit = (code: Code, times: number, passes: number): void => {
    let source = code.name;
    const open: number[] = [];
    let now = times;
    for (const { at, item, immediateAt } of readInstructions(code.bytes)) {
      source = String(code.origins.get(at) ?? source);
      count(source, item.name, now);
      if (item.immediate === "block") {
        open.push(now);
        if (item.name === "loop") now *= passes;
      } else if (item.name === "end") now = open.pop() ?? now;
      const callee = byName.get(code.calls.get(immediateAt) ?? "");
      if (callee) visit(callee, now, code.passes.get(immediateAt) ?? 1);
    }
  };
  const code = byName.get(entry);
  if (code) visit(code, 1, 1);
  const sorted = [...rows].map(([source, counts]) => ({ source, ...counts }));
  sorted.sort((a, b) => b.scalar + b.vector - a.scalar - a.vector);
  return { total, rows: sorted };
}
