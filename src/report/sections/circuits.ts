import { html } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";

export const generated: Section = {
  id: "generated",
  title: "What was generated",
  about: "The Verilog of each circuit, one file a module.",
  command: "rf8 generate mac -o DIR",
  takes: (command) => command === "generate",
  show(documents) {
    const rows = documents.map((document) => {
      const files = document.parts("files").filter((file) => file.has("lines"));
      return {
        circuit: document.text("circuit"),
        parameters: parametersOf(document, "parameters"),
        files: files.length,
        lines: files.reduce((sum, file) => sum + file.number("lines"), 0),
      };
    });
    return table(
      "Verilog",
      [
        { heading: "circuit", value: (row: (typeof rows)[number]) => row.circuit },
        { heading: "parameters", value: (row) => row.parameters },
        { heading: "modules", value: (row) => row.files },
        { heading: "lines", value: (row) => row.lines },
      ],
      rows,
    );
  },
};

export const circuits: Section = {
  id: "circuits",
  title: "Circuits",
  about: "What rf8 generates, and the parameters of each.",
  command: "rf8 list",
  takes: (command) => command === "list",
  show(documents) {
    const rows = documents.flatMap((document) =>
      ["circuits", "cores"].flatMap((key) => (document.has(key) ? document.parts(key) : [])),
    );
    return html`${table(
      "Circuits",
      [
        {
          heading: "circuit",
          value: (row: Part) => row.text(row.has("circuit") ? "circuit" : "core"),
        },
        { heading: "what it is", value: (row) => row.text("description") },
        {
          heading: "parameters",
          value: (row) =>
            row
              .parts("parameters")
              .map((one) => one.text("name"))
              .join(", "),
        },
      ],
      rows,
    )}`;
  },
};

/** `format rf8, activation int8`: parameters in one line. */
export const parametersOf = (document: Part, key: string): string =>
  document
    .part(key)
    .entries()
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
