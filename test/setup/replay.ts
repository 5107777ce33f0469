import { relative } from "node:path";
import { env } from "node:process";
import fc from "fast-check";
import { expect } from "vitest";

/** A failing property ends with the command that replays its smallest counter-example. */
function report<T>(details: fc.RunDetails<T>): void {
  const message = fc.defaultReportMessage(details);
  if (message === undefined) return;
  const { testPath = "", currentTestName = "" } = expect.getState();
  const name = currentTestName
    .split(" > ")
    .at(-1)
    ?.replaceAll(/[^\w ,]/g, ".");
  const replay =
    `FC_SEED=${details.seed} FC_PATH=${details.counterexamplePath ?? ""} ` +
    `npx vitest run ${relative(process.cwd(), testPath)} -t "${name}"`;
  throw new Error(`${message}\n\nReplay: ${replay}`, { cause: details.errorInstance });
}

fc.configureGlobal({
  ...(env.FC_SEED ? { seed: Number(env.FC_SEED) } : {}),
  ...(env.FC_PATH ? { path: env.FC_PATH } : {}),
  reporter: report,
});
