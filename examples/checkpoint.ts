// A network trained for a moment, its weights quantized to RF8, and tokens from the accelerator's RTL.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines } from "rf8";
import { prepare, simulate } from "rf8/accelerator";
import { quantizeCheckpoint } from "rf8/checkpoint";
import { readModel } from "rf8/network";
import { newSubject, sentences, sizeDefaults, train, trainingDefaults, writeText } from "rf8/train";

const folder = mkdtempSync(join(tmpdir(), "rf8-example-"));
const [model, codes] = [join(folder, "model"), join(folder, "rf8")];
try {
  const text = writeText(sentences, 50_000, 1);
  const subject = newSubject(
    { ...sizeDefaults, hidden: 32, layers: 1 },
    { text, tokens: "characters" },
  );
  const { parameters, history } = await train(model, subject, { ...trainingDefaults, steps: 60 });
  console.log(`${parameters} parameters, ${history.length} rows of history`);

  const { tensors } = await quantizeCheckpoint(model, codes, {
    rounding: "nearest",
    bias: "max",
    granularity: "tensor",
    nan: "error",
    seed: 1,
  });
  const worst = Math.min(...tensors.map(({ sqnr_db }) => sqnr_db ?? 0));
  console.log(`${tensors.length} matrices as RF8, SQNR of each above ${Math.floor(worst)} dB`);

  const options = {
    prompt: "",
    tokens: 6,
    simulator: engines.wasm,
    scales: "token" as const,
    accelerator: { activation: "int16" as const, lanes: 8, rows: 2, terms: 256, pipeline: 1 },
  };
  const prepared = prepare(readModel(codes), options);
  const { tokens, cycles } = simulate(prepared, options);
  prepared.executor.close();
  console.log(`${tokens.length} tokens, every cycle counted: ${cycles > 0}`);
} finally {
  rmSync(folder, { recursive: true });
}
