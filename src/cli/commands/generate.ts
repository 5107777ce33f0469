import { join } from "node:path";
import { emitDesign } from "@chisel-ts/core";
import type { Command } from "commander";
import { catalogue } from "../../../hdl/catalogue.ts";
import { cores, engineEntry } from "../../../hdl/cores.ts";
import { packageFiles } from "../../package/index.ts";
import {
  addCircuitOptions,
  circuitParameters,
  findCircuit,
  parametersOf,
} from "../circuit-options.ts";
import { print, table } from "../output.ts";
import { writeFiles } from "../write-files.ts";

/** `rf8 generate CIRCUIT`: one Verilog file a module and a manifest. */
export function addGenerate(program: Command): void {
  const command = program
    .command("generate")
    .description("emit Verilog-2005, one file a module, and a manifest")
    .argument("<circuit>", "a name from rf8 list")
    .requiredOption("-o, --output <folder>", "where the files go")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action((name: string, flags: { output: string; json?: boolean }) => {
    const entry = findCircuit(name, [...catalogue, ...cores]);
    const given = circuitParameters(entry, { ...flags });
    const top = entry.build(given);
    const { files, manifest } = emitDesign(top);
    const manifestText = `${JSON.stringify(manifest, null, 2)}\n`;
    const around = entry === engineEntry ? packageFiles(given) : [];
    writeFiles(flags.output, [...files, { name: "manifest.json", text: manifestText }, ...around]);

    const written = files.map((file) => ({
      file: join(flags.output, file.name),
      module: file.module.name,
      lines: file.text.split("\n").length - 1,
    }));
    const document = {
      circuit: name,
      parameters: parametersOf(entry, given),
      latency_cycles: top.latency,
      files: written,
      manifest: join(flags.output, "manifest.json"),
      ...(around.length > 0 && { package: around.map((file) => join(flags.output, file.name)) }),
    };
    print(
      flags.json ?? false,
      document,
      () =>
        table(
          [
            { heading: "file", value: (row) => row.file },
            { heading: "module", value: (row) => row.module },
            { heading: "lines", align: "right", value: (row) => String(row.lines) },
          ],
          written,
        ) +
        (around.length > 0
          ? `\n\nmake -C ${flags.output} runs its testbench in Icarus and Verilator`
          : ""),
    );
  });
}
