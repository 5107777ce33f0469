// A submitter of the tests: node submitter.js URL COUNT MS NAME prints the results as JSON.
import { queueFarm } from "../../dist/src/farm/bullmq/farm.js";
import { perform } from "../../dist/src/farm/index.js";
import { versionOf } from "../../dist/src/farm/kind.js";
import { kinds } from "./kinds.js";

const [url, count, ms, name] = process.argv.slice(2);
const inputs = Array.from({ length: Number(count) }, (_, index) => ({
  ...{ ms: Number(ms), value: `${name}-${index}` },
}));
const farm = await queueFarm(url, versionOf(kinds), (line) => console.error(line));
const answers = await perform(farm, kinds.slow, inputs);
await farm.close();
console.log(JSON.stringify(answers.map((answer) => answer.result ?? answer)));
