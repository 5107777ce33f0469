import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Library } from "../../../src/cost/liberty/library.ts";
import type { Bit, Netlist } from "../../../src/cost/synthesis/netlist.ts";

const net = (bit: Bit): string => (typeof bit === "number" ? `w${bit}` : `1'b${bit}`);
/** Liberty's text as Verilog's: blanks for AND do not occur where this is used. */
const verilog = (text: string): string =>
  text.replaceAll("!", "~").replaceAll("+", "|").replaceAll("*", "&");

/** The cells of a netlist as behavioural Verilog, by the texts of their library. */
function cellModules({ cells }: Library, netlist: Netlist): string {
  return [...new Set(netlist.cells.map(({ type }) => type))]
    .map((type) => {
      const { pins, group } = cells.get(type)!;
      const [ff] = group.children("ff");
      const ports = [...pins.values()].filter(({ direction }) => /put/.test(direction));
      const state = ff
        ? `reg ${ff.names[0]} = 0; wire ${ff.names[1]} = ~${ff.names[0]};
  always @(posedge ${ff.text("clocked_on")}) ${ff.names[0]} <= ${verilog(ff.text("next_state")!)};`
        : "";
      const assigns = ports
        .filter(({ direction }) => direction === "output")
        .map((pin) => `  assign #(RISE, FALL) ${pin.name} = ${verilog(pin.function!)};`);
      return `module ${type} #(parameter RISE = 0, FALL = 0) (${ports.map((pin) => `${pin.direction} ${pin.name}`).join(", ")});
  ${state}
${assigns.join("\n")}
endmodule`;
    })
    .join("\n");
}

/** The net of a cell's output; those that are simulated here have one. */
const outputOf = (type: string, pins: Netlist["cells"][number]["pins"], { cells }: Library): Bit =>
  Object.entries(pins).find(
    ([name]) => cells.get(type)!.pins.get(name)!.direction === "output",
  )![1][0]!;

/** Whole delays of every net's edges, and a period that all changes fit in. */
export interface Timing {
  readonly period: number;
  delayOf(bit: Bit): { readonly rise: number; readonly fall: number };
}

/**
 * Changes of each net in the value change dump of one run: some cycles that are not counted, then those that are.
 *
 * @param inputs values of each port in each cycle.
 */
export function icarusToggles(
  netlist: Netlist,
  library: Library,
  inputs: Readonly<Record<string, readonly number[]>>,
  uncounted: number,
  timing?: Timing,
): Map<Bit, number> {
  const folder = mkdtempSync(join(tmpdir(), "rf8-toggles-"));
  const half = Math.ceil((timing?.period ?? 10) / 2);
  const delay = (bit: Bit): string => {
    const { rise, fall } = timing?.delayOf(bit) ?? { rise: 0, fall: 0 };
    return `${rise}, ${fall}`;
  };
  try {
    const cycles = Object.values(inputs)[0]!.length;
    const nets = new Set(
      [
        ...Object.values(netlist.inputs).flat(),
        ...netlist.cells.flatMap(({ pins }) => Object.values(pins).flat()),
      ].filter((bit) => typeof bit === "number"),
    );
    const ports = Object.entries(netlist.inputs).filter(([name]) => name !== "clock");
    const clock = netlist.inputs.clock?.[0];
    const bits = ports.flatMap(([, list]) => list.map(net)).toReversed();
    const words = Array.from({ length: cycles }, (_, cycle) =>
      ports
        .map(([name, list]) =>
          BigInt.asUintN(list.length, BigInt(inputs[name]![cycle]!))
            .toString(2)
            .padStart(list.length, "0"),
        )
        .toReversed()
        .join(""),
    );
    writeFileSync(join(folder, "inputs.txt"), words.join("\n"));
    const text = `${cellModules(library, netlist)}
module bench;
  reg [${bits.length - 1}:0] words [0:${cycles - 1}];
  reg [${bits.length - 1}:0] word = 0;
  reg clock = 0;
  ${[...nets].map((bit) => `wire ${net(bit)};`).join("\n  ")}
  ${ports
    .flatMap(([, list]) => list)
    .map((bit, at) => `assign #(${delay(bit)}) ${net(bit)} = word[${at}];`)
    .join("\n  ")}
  ${clock === undefined ? "" : `assign ${net(clock)} = clock;`}
  ${netlist.cells
    .map(
      ({ type, pins }, at) =>
        `${type} #(${delay(outputOf(type, pins, library))}) c${at} (${Object.entries(pins)
          .map(([pin, [bit]]) => `.${pin}(${net(bit!)})`)
          .join(", ")});`,
    )
    .join("\n  ")}
  integer cycle;
  initial begin
    $readmemb("inputs.txt", words);
    $dumpfile("run.vcd");
    $dumpvars(1, bench);
    for (cycle = 0; cycle < ${cycles}; cycle = cycle + 1) begin
      #${half} clock <= 1; word <= words[cycle];
      #${half} clock <= 0;
    end
    #${half} $finish;
  end
endmodule
`;
    writeFileSync(join(folder, "bench.v"), text);
    const run = (command: string, args: string[]): void => {
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: folder,
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
    };
    run("iverilog", ["-g2005", "-o", "bench", "bench.v"]);
    run("vvp", ["-n", "bench"]);
    return changesIn(readFileSync(join(folder, "run.vcd"), "utf8"), 2 * half * uncounted);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Changes of each scalar `w<number>` from one time to the next, after a time; what is between within a time has no length. */
function changesIn(vcd: string, from: number): Map<Bit, number> {
  const names = new Map<string, number>();
  const changes = new Map<Bit, number>();
  const [settled, values] = [new Map<number, string>(), new Map<number, string>()];
  let time = 0;
  const settle = (): void => {
    for (const [bit, value] of values) {
      if (time > from && settled.get(bit) !== value) changes.set(bit, changes.get(bit)! + 1);
      settled.set(bit, value);
    }
    values.clear();
  };
  for (const line of vcd.split("\n")) {
    const [, id, name] = /^\$var wire 1 (\S+) w(\d+) /.exec(line) ?? [];
    if (id !== undefined && name !== undefined) {
      names.set(id, Number(name));
      changes.set(Number(name), 0);
    } else if (line.startsWith("#")) {
      settle();
      time = Number(line.slice(1));
    } else if (/^[01x]/.test(line)) {
      const bit = names.get(line.slice(1));
      if (bit !== undefined) values.set(bit, line.slice(0, 1));
    }
  }
  settle();
  return changes;
}
