// A submitter of the tests: node submitter.js URL COUNT MS NAME [MINUTES] prints the results as JSON.
import { queueFarm } from "../../dist/src/farm/bullmq/farm.js";
import { perform } from "../../dist/src/farm/index.js";
import { versionOf } from "../../dist/src/farm/kind.js";
import { kinds } from "./kinds.js";

const [url, count, ms, name, minutes] = process.argv.slice(2);
const inputs = Array.from({ length: Number(count) }, (_, index) => ({
  ms: Number(ms),
  value: `${name}-${index}`,
}));
const notice = (line) => console.error(line);
const patience = minutes === undefined ? undefined : Number(minutes);
const farm = await queueFarm(url, versionOf(kinds), notice, patience);
console.error("submitting");
try {
  const answers = await perform(farm, kinds.slow, inputs);
  console.log(JSON.stringify(answers.map((answer) => answer.result ?? answer)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await farm.close();
}
