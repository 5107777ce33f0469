import { join } from "node:path";
import { type Command, Option } from "commander";
import { catalogue } from "../../../hdl/catalogue.ts";
import { decoderCore } from "../../../hdl/core/decoder-core.ts";
import { corePackage, tinyProgram } from "../../accelerator/core/index.ts";
import {
  hasStreams,
  type PortStyle,
  packageOf,
  portStyles,
} from "../../accelerator/package/index.ts";
import { addCircuitOptions, circuitParameters, findCircuit } from "../circuit-options.ts";
import { UsageError } from "../errors.ts";
import { print, table } from "../output.ts";
import { writeFiles } from "../write-files.ts";

interface Flags {
  readonly output: string;
  readonly ports: PortStyle;
  readonly prefix?: string;
  readonly json?: boolean;
}

/** Tokens of the decoder core's testbench. */
const TOKENS = 3;

/** The core runs a program: a small network is built in. Parameters that follow from a network come without a testbench. */
const networkParameters = ["vectorLanes", "function", "batch", "words", "columns"];

/**
 * The decoder core of the small network, as a package with its testbench.
 *
 * @throws UsageError for other names of ports and modules.
 */
function generateCore(
  { output, ports, prefix, json = false }: Flags,
  given: Readonly<Record<string, unknown>>,
): void {
  if (ports !== "plain" || prefix !== undefined)
    throw new UsageError(`--ports and --prefix are not for ${decoderCore.name}`);
  const { activation, lanes } = decoderCore.complete(given);
  const program = tinyProgram(activation, lanes);
  const { design, files } = corePackage(program, 1, TOKENS);
  writeFiles(output, files);
  const written = design.files.map(({ name, text }) => ({
    file: join(output, name),
    module: name.slice(0, -2),
    lines: text.split("\n").length - 1,
  }));
  const document = {
    circuit: decoderCore.name,
    top: design.manifest.top,
    parameters: program.core,
    files: written,
    package: files.map((file) => join(output, file.name)),
  };
  print(
    json,
    document,
    () =>
      `${linesTable(written)}\n\nmake -C ${output} runs its testbench, ${TOKENS} tokens of a small network, in Icarus and Verilator`,
  );
}

const linesTable = (
  written: readonly { readonly file: string; readonly module: string; readonly lines: number }[],
): string =>
  table(
    [
      { heading: "file", value: (row) => row.file },
      { heading: "module", value: (row) => row.module },
      { heading: "lines", align: "right", value: (row) => String(row.lines) },
    ],
    written,
  );

/** `rf8 generate CIRCUIT`: one Verilog file a module and a manifest. */
export function addGenerate(program: Command): void {
  const command = program
    .command("generate")
    .description("emit Verilog-2005, one file a module, and a manifest")
    .argument("<circuit>", "a name from rf8 list")
    .requiredOption("-o, --output <folder>", "output folder")
    .addOption(
      new Option(
        "--ports <style>",
        "port names of a core: as documented, or s_axi_*, s_axis_*, m_axis_*, aclk, aresetn",
      )
        .choices(portStyles)
        .default("plain"),
    )
    .option("--prefix <name>", "prefix of the name of every module and file")
    .option("--json", "one JSON document on stdout");
  addCircuitOptions(command).action((name: string, flags: Flags) => {
    const entry = findCircuit(name);
    const given = circuitParameters(entry, { ...flags });
    if (entry === decoderCore && !networkParameters.some((parameter) => parameter in given)) {
      generateCore(flags, given);
      return;
    }
    const { prefix = "", ports } = flags;
    if (prefix !== "" && !/^[A-Za-z][A-Za-z0-9_]*$/.test(prefix))
      throw new UsageError(
        `--prefix ${prefix}: it must be a letter, then letters, digits and underscores`,
      );
    const top = entry.build(given);
    if (ports === "axi" && !hasStreams(top)) {
      const others = catalogue.filter((other) => hasStreams(other.build({})));
      const names = others.map((other) => other.name).join(" and ");
      throw new UsageError(`--ports axi: ${entry.name} has no streams; it is for ${names}`);
    }
    const packed = packageOf(top, { prefix, ports });
    const { around, design } = packed;
    const { files, manifest } = design;
    const wrapper = packed.top === manifest.top ? {} : { wrapper: packed.top };
    const manifestText = `${JSON.stringify({ ...manifest, ...wrapper }, null, 2)}\n`;
    writeFiles(flags.output, [...files, { name: "manifest.json", text: manifestText }, ...around]);

    const written = files.map((file) => ({
      file: join(flags.output, file.name),
      module: file.name.slice(0, -2),
      lines: file.text.split("\n").length - 1,
    }));
    const document = {
      circuit: name,
      top: packed.top,
      parameters: entry.complete(given),
      latency_cycles: top.latency,
      files: written,
      manifest: join(flags.output, "manifest.json"),
      package: around.map((file) => join(flags.output, file.name)),
    };
    print(
      flags.json ?? false,
      document,
      () =>
        linesTable(written) +
        (around.some(({ name: file }) => file === "Makefile")
          ? `\n\nmake -C ${flags.output} runs its testbench in Icarus and Verilator`
          : ""),
    );
  });
}
