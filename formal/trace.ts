import type { Trace } from "./property.ts";

/**
 * Reads the last table that yosys' `sat` printed: lines of time, name, decimal, hexadecimal and binary
 * value. Bits that the solver left open are taken as 0; the clock is left out.
 *
 * @param first the first time step that counts; `undefined` where there is no time.
 */
export function parseTrace(output: string, first: number | undefined): Trace {
  const start = output.lastIndexOf("Signal Name");
  const columns: Record<string, bigint[]> = {};
  for (const line of output.slice(start).split("\n").slice(2)) {
    // Registers before the first cycle, some of them bit by bit: they are no inputs.
    if (/^\s*init\s/.test(line)) continue;
    const match = /^\s*(?:(\d+)\s+)?\\(\S+)\s+\S+\s+\S+\s+([01x]+)\s*$/.exec(line);
    if (!match) {
      if (line.trim() !== "" && !/^[\s-]*$/.test(line)) break;
      continue;
    }
    const [, time, name = "", bits = ""] = match;
    if (name === "clock") continue;
    if (first !== undefined && (time === undefined || Number(time) < first)) continue;
    columns[name] ??= [];
    columns[name].push(BigInt(`0b${bits.replaceAll("x", "0")}`));
  }
  const cycles = Math.max(0, ...Object.values(columns).map((values) => values.length));
  const { reset = [], ...inputs } = columns;
  const resets = [...reset.keys()].filter((cycle) => reset[cycle] === 1n);
  return { cycles, inputs, resets };
}
