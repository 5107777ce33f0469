import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import {
  type CoreProgram,
  compileCore,
  coreNetwork,
  corePackage,
  imagePieces,
  layoutListing,
  programListing,
} from "../../accelerator/core/index.ts";
import { replace, writeFile } from "../../checkpoint/atomic.ts";
import { type DecoderConfig, isDecoder, type Model, rf8Model } from "../../network/index.ts";
import { UsageError } from "../errors.ts";
import { openModel } from "../open-model.ts";
import { count, print } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

interface Flags {
  readonly output: string;
  readonly context?: number;
  readonly activation: "int8" | "int16";
  readonly cache: "rf8" | "rf8x2";
  readonly lanes: number;
  readonly vectorLanes: string;
  readonly batch: string;
  readonly verilog?: number;
  readonly json?: boolean;
}

/** `rf8 compile MODEL -o DIR`: a decoder as a memory image and a program of descriptors for the decoder core. */
export function addCompile(program: Command): void {
  program
    .command("compile")
    .description("compile a decoder to a memory image and a program of descriptors")
    .argument("<model>", "model folder, .gguf or llama2.c .bin; float matrices become RF8")
    .requiredOption("-o, --output <folder>", "new folder for image.bin, program.txt and layout.txt")
    .addOption(
      new Option(
        "--context <n>",
        "positions of the cache (default: the model's, at most 2,048)",
      ).argParser(wholeNumber("--context", 1, 2 ** 24)),
    )
    .addOption(
      new Option("--activation <type>", "what weights and cache are multiplied by")
        .choices(["int8", "int16"])
        .default("int16"),
    )
    .addOption(
      new Option("--cache <codes>", "a key or value is one RF8 code, or the sum of two")
        .choices(["rf8", "rf8x2"])
        .default("rf8x2"),
    )
    .addOption(
      new Option("--lanes <n>", "lanes of the matrix unit, and bytes of a beat of the memory")
        .argParser(wholeNumber("--lanes", 1, 1024))
        .default(64),
    )
    .addOption(
      new Option("--vector-lanes <n>", "elements of a vector in a cycle")
        .choices(["1", "2", "4", "8"])
        .default("1"),
    )
    .addOption(
      new Option("--batch <n>", "of the core: tokens that share each pass over the weights")
        .choices(["1", "2", "4", "8", "16"])
        .default("1"),
    )
    .addOption(
      new Option(
        "--verilog <tokens>",
        "also the Verilog of the smallest core that runs it as a package, with a testbench of that many tokens",
      ).argParser(wholeNumber("--verilog", 1, 1000)),
    )
    .option("--json", "one JSON document on stdout")
    .action(run);
}

/** The default of --context at most: longer caches are asked for. */
const CONTEXT = 2048;

/** The core as a package, with a testbench. @throws UsageError for more tokens than the cache has room for. */
function verilogOf(program: CoreProgram, model: Model<DecoderConfig>, tokens: number) {
  const { context } = program.header;
  if (tokens > context)
    throw new UsageError(`--verilog ${tokens}: the cache has room for ${context} tokens`);
  return corePackage(program, model.config.bos_token_id ?? 0, tokens).files;
}

async function run(path: string, flags: Flags): Promise<void> {
  const model = openModel(path);
  if (!isDecoder(model))
    throw new UsageError(
      `${path}: its model_type is ${model.config.model_type}; a decoder is needed`,
    );
  const context = flags.context ?? Math.min(CONTEXT, model.config.max_position_embeddings);
  const network = coreNetwork(rf8Model(model), { activation: flags.activation, context });
  const terms = flags.cache === "rf8x2" ? 2 : 1;
  const vectorLanes = Number(flags.vectorLanes);
  const batch = Number(flags.batch);
  const program = compileCore(network, { lanes: flags.lanes, vectorLanes, batch, terms });
  const verilog = flags.verilog === undefined ? [] : verilogOf(program, model, flags.verilog);
  await replace(path, flags.output, "folder", async (folder) => {
    await writeFile(join(folder, "image.bin"), async (file) => {
      for (const piece of imagePieces(program)) file.write(piece);
    });
    for (const [name, lines] of [
      ["program.txt", programListing(program)],
      ["layout.txt", layoutListing(program)],
    ] as const)
      writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    for (const { name, text } of verilog) writeFileSync(join(folder, name), text);
  });
  const { descriptors, imageBytes, memoryBytes, words } = program.header;
  print(
    flags.json ?? false,
    {
      model: path,
      output: flags.output,
      context,
      descriptors,
      image_bytes: imageBytes,
      memory_bytes: memoryBytes,
      vector_words: words,
    },
    () =>
      `${flags.output}: ${count(descriptors)} descriptors, image of ${count(imageBytes)} bytes, memory of ${count(memoryBytes)} bytes with the cache of ${count(context)} positions, vector memory of ${count(words)} words`,
  );
}
