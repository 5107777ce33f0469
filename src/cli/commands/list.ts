import type { Command } from "commander";
import { type CircuitEntry, catalogue } from "../../../hdl/catalogue.ts";
import { cores } from "../../../hdl/cores.ts";
import { parameters } from "../../../hdl/parameters.ts";
import { print, table } from "../output.ts";

const described = ({ name, description, parameters: names, defaults }: CircuitEntry) => ({
  circuit: name,
  description,
  parameters: names.map((parameter) => ({
    name: parameter,
    default: defaults?.[parameter] ?? parameters[parameter].default,
    accepts: parameters[parameter].accepts,
    description: parameters[parameter].description,
  })),
});

/** `rf8 list`: the circuits, their parameters and defaults. */
export function addList(program: Command): void {
  program
    .command("list")
    .description("circuits, their parameters and defaults")
    .option("--json", "one JSON document on stdout")
    .action(({ json = false }: { json?: boolean }) => {
      const circuits = catalogue.map(described);
      const withStreams = cores.map(described);
      print(json, { circuits, cores: withStreams }, () => {
        const names = table(
          [
            { heading: "circuit", value: (row) => row.circuit },
            { heading: "description", value: (row) => row.description },
            {
              heading: "parameters",
              value: (row) => row.parameters.map((p) => `--${p.name}`).join(" "),
            },
          ],
          [...circuits, ...withStreams],
        );
        const flags = table(
          [
            { heading: "parameter", value: ([name]) => `--${name}` },
            { heading: "default", value: ([, row]) => String(row.default) },
            { heading: "accepts", value: ([, row]) => row.accepts },
            { heading: "meaning", value: ([, row]) => row.description },
          ],
          Object.entries(parameters),
        );
        return `${names}\n\n${flags}`;
      });
    });
}
