import type { Command } from "commander";
import { type CircuitEntry, catalogue } from "../../../hdl/catalogue.ts";
import { circuits, parts } from "../../../hdl/parts.ts";
import { modelled } from "../../verification/modelled.ts";
import { flagOf, parametersOf } from "../circuit-options.ts";
import { print, table } from "../output.ts";

const described = ({ name, description, parameters: own }: CircuitEntry) => ({
  circuit: name,
  description,
  parameters: Object.entries(own).map(([parameter, row]) => ({
    name: parameter,
    default: row.default,
    accepts: row.accepts,
    description: row.description,
  })),
});

/** `rf8 list`: the circuits, their parameters and defaults. */
export function addList(program: Command): void {
  program
    .command("list")
    .description("circuits, their parameters and defaults")
    .option("--json", "one JSON document on stdout")
    .action(({ json = false }: { json?: boolean }) => {
      const document = {
        circuits: catalogue.filter((entry) => modelled.includes(entry)).map(described),
        cores: catalogue.filter((entry) => !modelled.includes(entry)).map(described),
        parts: parts.map(described),
      };
      print(json, document, () => {
        const names = table(
          [
            { heading: "circuit", value: (row) => row.circuit },
            { heading: "description", value: (row) => row.description },
            {
              heading: "parameters",
              value: (row) => row.parameters.map((p) => flagOf(p.name)).join(" "),
            },
          ],
          [...document.circuits, ...document.cores, ...document.parts],
        );
        const flags = table(
          [
            { heading: "parameter", value: ([name]) => flagOf(name) },
            { heading: "default", value: ([, row]) => String(row.default ?? "") },
            { heading: "accepts", value: ([, row]) => row.accepts },
            { heading: "meaning", value: ([, row]) => row.description },
          ],
          parametersOf(circuits),
        );
        return `${names}\n\n${flags}`;
      });
    });
}
