import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { argv, stderr, stdout } from "node:process";
import { emitDesign } from "@chisel-ts/core";
import { catalogue } from "../../hdl/catalogue.ts";
import { mac } from "../../hdl/mac.ts";
import { engines } from "../../sim/index.ts";
import {
  CheckpointError,
  openCheckpoint,
  quantizeCheckpoint,
  saveFloats,
} from "../checkpoint/index.ts";
import { sample } from "../gg/index.ts";
import { RandomStimulus } from "../verification/stimulus.ts";
import { verify } from "../verification/verify.ts";
import { dotProducts, rf8Matrices } from "../verification/weights.ts";
import { quantizeColumns } from "./commands/quantize.ts";
import { systemMessage } from "./errors.ts";
import { count, progress, seconds, table } from "./output.ts";
import { writeFiles } from "./write-files.ts";

const folder = "rf8-output";

/** A sample to work on where no checkpoint is given: two matrices of generalized-Gaussian weights. */
async function sampleCheckpoint(): Promise<string> {
  const path = join(folder, "sample.safetensors");
  const matrix = (name: string, rows: number, columns: number, nu: number, seed: number) => ({
    name,
    shape: [rows, columns],
    data: sample({ nu, alpha: 0.05 }, rows * columns, seed),
  });
  await saveFloats(path, [
    matrix("laplacian.weight", 256, 512, 1, 1),
    matrix("gaussian.weight", 256, 512, 2, 2),
    { name: "norm.weight", shape: [512], data: new Float32Array(512).fill(1) },
  ]);
  return path;
}

async function steps(): Promise<void> {
  const given = argv[2];
  mkdirSync(folder, { recursive: true });

  const top = mac();
  const { files } = emitDesign(top);
  writeFiles(folder, files);
  const lines = files.reduce((sum, file) => sum + file.text.split("\n").length - 1, 0);
  stdout.write(
    `1  Generate   ${files.map((file) => file.name).join(", ")}: ${lines} lines of Verilog in ${folder}/\n`,
  );

  const input = given ?? (await sampleCheckpoint());
  const output = join(folder, "rf8.safetensors");
  const bar = progress("bytes");
  const options = {
    rounding: "nearest",
    bias: "max",
    granularity: "tensor",
    nan: "error",
    seed: 1,
  } as const;
  const { tensors, kept } = await quantizeCheckpoint(input, output, options, bar.update).finally(
    bar.stop,
  );
  stdout.write(
    `2  Quantize   ${input} to ${output}: ${tensors.length} tensors to RF8, ${kept.length} kept\n\n`,
  );
  stdout.write(`${table(quantizeColumns, tensors).replaceAll(/^/gm, "   ")}\n\n`);

  const entry = catalogue.find((circuit) => circuit.name === "mac");
  if (!entry) throw new Error("the catalogue has no mac");
  const checkpoint = openCheckpoint(output);
  const random = new RandomStimulus(top, 1);
  const matrices = rf8Matrices(checkpoint);
  const blocks = dotProducts(top, checkpoint, matrices, random);
  const verdict = await verify(entry, {}, engines.wasm, blocks);
  checkpoint.close();
  const rows = matrices.reduce((sum, { shape: [first = 0] }) => sum + first, 0);
  stdout.write(
    `3  Verify     ${count(rows)} rows as dot products on the simulated MAC: ${count(verdict.vectors)} cycles, ` +
      `${count(verdict.mismatches)} mismatches with the model, ${seconds(verdict.seconds)}\n`,
  );
  if (verdict.mismatches > 0) process.exitCode = 1;
  stdout.write(
    `\n   Next: npx rf8 list, npx rf8 verify mac --weights ${output} --engine verilator\n`,
  );
}

/** `npm start [-- CHECKPOINT]`: the main job, from circuit to verified weights, on one page. */
export async function start(): Promise<void> {
  if (argv.length > 3 || (argv[2] !== undefined && !existsSync(argv[2]))) {
    stderr.write(
      `error: npm start takes one checkpoint at most; ${argv[2]} ${argv.length > 3 ? "and more were given" : "does not exist"}\n`,
    );
    process.exitCode = 2;
  } else {
    try {
      await steps();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const known =
        error instanceof CheckpointError
          ? error.message
          : "syscall" in error
            ? systemMessage(error)
            : undefined;
      if (known === undefined) throw error;
      stderr.write(`error: ${known}\n`);
      process.exitCode = 2;
    }
  }
}
