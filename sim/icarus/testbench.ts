// Writes the Verilog testbench that obeys commands on its standard input.

import { type ir, resetPortOf } from "@chisel-ts/core";
import type { WatchedSignal } from "../native/watch.ts";

/** Names of users begin with a letter: no module of theirs can have this name, nor its file. */
export const testbenchName = "_testbench";

/**
 * A Verilog testbench that reads commands as text and answers each output as a hexadecimal word, or as `u`
 * and binary digits where bits are unknown:
 *
 *     e 0 inputs                → one line: outputs, watched signals
 *     s cycles reset inputs     → one line
 *     b cycles, inputs each cycle → one line a cycle: outputs, watched signals
 */
export function testbench(
  module: ir.ModuleIr,
  moduleName: string,
  watched: readonly WatchedSignal[],
): string {
  const inputs = module.portList.filter((port) => port.direction === "input");
  const outputs = module.portList.filter((port) => port.direction === "output");
  const range = (width: number): string => `[${width - 1}:0]`;
  const port = resetPortOf(module);
  const clock = [
    ...(module.clocked ? [".clock(clock)"] : []),
    ...(port === undefined ? [] : [`.${port}(${module.reset.active === "low" ? "!" : ""}reset)`]),
  ];
  const connections = [...clock, ...module.portList.map(({ name }) => `.${name}(p_${name})`)];
  const scan = inputs.map(({ name }) => `      count = $fscanf(in, " %h", p_${name});`);
  const showing = (name: string): string =>
    `      if (^${name} === 1'bx) $fwrite(out, "u%b ", ${name}); else $fwrite(out, "%h ", ${name});`;
  const outputNames = outputs.map(({ name }) => `p_${name}`);
  const watchedNames = watched.map(({ path }) => `dut.${path.join(".")}`);
  return `module ${testbenchName};
  integer in, out, count, cycles, i;
  reg [7:0] command;
  reg clock, reset;
${inputs.map(({ name, type }) => `  reg ${range(type.width)} p_${name};`).join("\n")}
${outputs.map(({ name, type }) => `  wire ${range(type.width)} p_${name};`).join("\n")}
  ${moduleName} dut(${connections.join(", ")});

  task scan;
    begin
${scan.join("\n")}
    end
  endtask

  task show;
    begin
${[...outputNames, ...watchedNames].map(showing).join("\n")}
      $fwrite(out, "\\n");
    end
  endtask

  initial begin
    in = 32'h8000_0000;
    out = 32'h8000_0001;
    clock = 0;
    reset = 0;
${inputs.map(({ name }) => `    p_${name} = 0;`).join("\n")}
    count = $fscanf(in, " %c %d", command, cycles);
    while (count == 2) begin
      if (command == "s") begin
        count = $fscanf(in, " %b", reset);
        scan;
        #1;
        for (i = 0; i < cycles; i = i + 1) begin
          clock = 1;
          #1 clock = 0;
          #1;
        end
        reset = 0;
        #1 $fwrite(out, "\\n");
      end
      else if (command == "b") begin
        for (i = 0; i < cycles; i = i + 1) begin
          scan;
          #1 show;
          clock = 1;
          #1 clock = 0;
          #1;
        end
      end
      else begin
        scan;
        #1 show;
      end
      $fflush(out);
      count = $fscanf(in, " %c %d", command, cycles);
    end
    $finish(0);
  end
endmodule
`;
}
