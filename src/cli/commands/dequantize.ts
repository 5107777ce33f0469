import type { Command } from "commander";
import { dequantizeCheckpoint } from "../../checkpoint/index.ts";
import { print, progress } from "../output.ts";

/** `rf8 dequantize IN -o OUT`: RF8 tensors back to float32. */
export function addDequantize(program: Command): void {
  program
    .command("dequantize")
    .description("decode the RF8 tensors of a checkpoint to float32")
    .argument("<in>", "an RF8 file or folder")
    .requiredOption("-o, --output <out>", "safetensors file, or a new folder for a folder")
    .option("--json", "one JSON document on stdout")
    .action(async (input: string, { output, json = false }: { output: string; json?: boolean }) => {
      const bar = progress("codes");
      const tensors = await dequantizeCheckpoint(input, output, bar.update).finally(bar.stop);
      print(
        json,
        { input, output, tensors },
        () => `${output}: ${tensors.length} tensors decoded to float32`,
      );
    });
}
