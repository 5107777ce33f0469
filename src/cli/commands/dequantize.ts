import { stderr } from "node:process";
import { type Command, Option } from "commander";
import {
  type DequantizedTensor,
  dequantizeCheckpoint,
  type FloatTarget,
  floatTargets,
} from "../../checkpoint/index.ts";
import { count, print, progress } from "../output.ts";

interface Flags {
  readonly output: string;
  readonly to: FloatTarget;
  readonly json?: boolean;
}

/** `rf8 dequantize IN -o OUT`: RF8 tensors back to floating point. */
export function addDequantize(program: Command): void {
  program
    .command("dequantize")
    .description("decode the RF8 tensors of a checkpoint to floating point")
    .argument("<in>", "an RF8 file or folder")
    .requiredOption("-o, --output <out>", "safetensors file, or a new folder for a folder")
    .addOption(
      new Option("--to <type>", "type of the decoded tensors").choices(floatTargets).default("f32"),
    )
    .option("--json", "one JSON document on stdout")
    .action(async (input: string, { output, to, json = false }: Flags) => {
      const bar = progress("codes");
      const tensors = await dequantizeCheckpoint(input, output, { to }, bar.update).finally(
        bar.stop,
      );
      for (const line of warnings(tensors, to)) stderr.write(`warning: ${line}\n`);
      print(
        json,
        { input, output, to, tensors },
        () => `${output}: ${tensors.length} tensors decoded to ${to}`,
      );
    });
}

/** One line for each way in which values are not those of the codes. */
function warnings(tensors: readonly DequantizedTensor[], to: FloatTarget): string[] {
  const line = (key: "saturated" | "rounded", what: string): string[] => {
    const touched = tensors.filter((tensor) => tensor[key] > 0);
    const [first] = touched;
    if (!first) return [];
    const values = touched.reduce((sum, tensor) => sum + tensor[key], 0);
    const more = touched.length > 1 ? ` and ${touched.length - 1} more tensors` : "";
    return [`${count(values)} values of ${first.name}${more} ${what}`];
  };
  return [
    ...line("saturated", `are beyond ${to}; its largest number stands for them`),
    ...line("rounded", `are too small for ${to} to hold exactly; they are rounded`),
  ];
}
