import type { Command } from "commander";
import { replace, writeFile } from "../../checkpoint/atomic.ts";
import { isMlp } from "../../network/index.ts";
import { mlpOnnx } from "../../network/onnx/mlp-onnx.ts";
import { UsageError } from "../errors.ts";
import { openModel } from "../open-model.ts";
import { count, print } from "../output.ts";

interface Flags {
  readonly output: string;
  readonly json?: boolean;
}

/** `rf8 export DIR -o FILE.onnx`: an MLP with its codes and a table, for any ONNX runtime. */
export function addExport(program: Command): void {
  program
    .command("export")
    .description("write an MLP as ONNX, its weights as RF8 codes with a table of values")
    .argument("<model>", "model folder; float matrices become RF8")
    .requiredOption("-o, --output <file>", "output file, ending in .onnx")
    .option("--json", "one JSON document on stdout")
    .action(async (path: string, { output, json = false }: Flags) => {
      if (!output.endsWith(".onnx")) throw new UsageError(`${output}: end its name in .onnx`);
      const model = openModel(path);
      if (!isMlp(model))
        throw new UsageError(
          `${path}: its model_type is ${model.config.model_type}; export writes MLPs, and rf8 dequantize makes floats of the others for other tools`,
        );
      const bytes = mlpOnnx(model);
      await replace(path, output, "file", (temporary) =>
        writeFile(temporary, async (file) => file.write(bytes)),
      );
      print(
        json,
        { model: path, output, bytes: bytes.length },
        () => `${output}: ${count(bytes.length)} bytes`,
      );
    });
}
