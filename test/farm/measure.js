// Writes test/farm/durations.json: node test/farm/measure.js. Each row: seconds expected, seconds measured.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { propertiesOf, questionOf } from "../../dist/formal/index.js";
import { perform, threads } from "../../dist/src/farm/index.js";
import { proof } from "../../dist/src/verification/proof.js";

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), "rf8-measure-"));
const circuits = ["decode", "product", "accumulate", "mac", "systolic", "queue"];
const questions = circuits.flatMap((name) => propertiesOf(name, {})).map(questionOf);
const farm = threads(new URL("../../dist/src/worker/thread.js", import.meta.url), 2);
const answers = await perform(farm, proof, questions);
await farm.close();
const rows = answers.map(({ seconds }, index) => [
  Number(proof.expected(questions[index]).toFixed(3)),
  Number(seconds.toFixed(3)),
]);
writeFileSync(
  new URL("./durations.json", import.meta.url),
  `[\n${rows.map((row) => `  ${JSON.stringify(row).replace(",", ", ")}`).join(",\n")}\n]\n`,
);
