// A launched process of the tests: node chunk.js FILE.
import { versionOf } from "../../dist/src/farm/kind.js";
import { runChunk } from "../../dist/src/farm/launch/run-chunk.js";
import { threads } from "../../dist/src/farm/threads.js";
import { kinds } from "./kinds.js";

const farm = threads(new URL("./thread.js", import.meta.url), 2);
await runChunk(process.argv[2], versionOf(kinds), farm);
await farm.close();
