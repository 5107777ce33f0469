/** What a core file names. */
export interface Core {
  /** The name in the FuseSoC library. */
  readonly name: string;
  readonly description: string;
  readonly top: string;
  readonly sources: readonly string[];
  readonly constraints?: string;
  /** The testbench's module and the files that it reads. */
  readonly testbench?: { readonly name: string; readonly data: readonly string[] };
}

/** A FuseSoC core file: the sources, a lint target in Verilator, and a simulation where there is a testbench. */
export function fusesoc({ name, description, top, sources, constraints, testbench }: Core): string {
  const lines = [
    "CAPI=2:",
    `name: ::${name}:0.1.0`,
    `description: ${JSON.stringify(description)}`,
    "",
    "filesets:",
    "  rtl:",
    `    files: [${sources.join(", ")}]`,
    "    file_type: verilogSource-2005",
    ...(constraints ? ["  constraints:", `    files: [${constraints}]`, "    file_type: SDC"] : []),
    ...(testbench
      ? [
          "  testbench:",
          "    files:",
          `      - ${testbench.name}.v: {file_type: systemVerilogSource}`,
          ...testbench.data.map((file) => `      - ${file}: {file_type: user, copyto: ${file}}`),
        ]
      : []),
    "",
    "targets:",
    "  default:",
    `    filesets: [rtl${constraints ? ", constraints" : ""}]`,
    `    toplevel: ${top}`,
    "  lint:",
    "    filesets: [rtl]",
    `    toplevel: ${top}`,
    "    default_tool: verilator",
    "    tools:",
    "      verilator:",
    "        mode: lint-only",
    "        verilator_options: [-Wall]",
    ...(testbench
      ? [
          "  sim:",
          "    filesets: [rtl, testbench]",
          `    toplevel: ${testbench.name}`,
          "    default_tool: icarus",
          "    tools:",
          "      verilator:",
          "        mode: binary",
          "        verilator_options: [--timing]",
        ]
      : []),
    "",
  ];
  return lines.join("\n");
}
