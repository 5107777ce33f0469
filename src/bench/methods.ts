import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  entropyRate,
  newSubject,
  sentences,
  sizeDefaults,
  type TrainingOptions,
  train,
  trainingDefaults,
  writeText,
} from "../train/index.ts";
import { named } from "./named.ts";

/** What a way of training gives. Keys are those of the JSON; losses in nats a token, bits a weight. */
export interface MethodRow {
  readonly method: string;
  readonly loss: number;
  /** Beyond the entropy rate of the text. */
  readonly over_floor: number;
  readonly loss_rf8: number;
  readonly nu: number;
  readonly eg0_bits: number;
  readonly entropy_bits: number;
  readonly seconds: number;
}

const allMethods: readonly (readonly [string, Partial<TrainingOptions>])[] = [
  ["plain", {}],
  ["GG initialisation, ν 2, ξ 2", { init: "gg" }],
  ["GG initialisation, ν 1, ξ 1", { init: "gg", nu: 1, xi: 1 }],
  ["BackSlash, κ 0.05", { backslash: { kappa: 0.05 } }],
  ["BackSlash, κ 0.1", { backslash: { kappa: 0.1 } }],
  ["BackSlash, κ 0.2", { backslash: { kappa: 0.2 } }],
  ["DeepShape", { deepshape: true }],
  ["RF8 in the loop", { rf8: true }],
  ["BackSlash, κ 0.1, RF8 in the loop", { backslash: { kappa: 0.1 }, rf8: true }],
  ["4 bits afterwards", { bits: 4 }],
  ["4 bits in the loop", { bits: 4, rf8: true }],
  ["BackSlash, κ 0.1, 4 bits afterwards", { backslash: { kappa: 0.1 }, bits: 4 }],
  ["BackSlash, κ 0.1, 4 bits in the loop", { backslash: { kappa: 0.1 }, bits: 4, rf8: true }],
];

/**
 * Trains the default network on the default text in every way, one after the other.
 *
 * @param only part of the names of the methods that are measured; all of them where it is empty
 * @throws BenchError where no method has such a name.
 */
export async function benchMethods(
  only: string,
  onStep: (done: number, total: number, label: string) => void,
): Promise<readonly MethodRow[]> {
  const methods = named(allMethods, only);
  const text = writeText(sentences, 400_000, 1);
  const subject = newSubject(sizeDefaults, { text, tokens: "characters" });
  const floor = entropyRate(sentences);
  const scratch = mkdtempSync(join(tmpdir(), "rf8-methods-"));
  const { steps } = trainingDefaults;
  const rows: MethodRow[] = [];
  try {
    for (const [index, [method, changes]] of methods.entries()) {
      const began = performance.now();
      const { history } = await train(
        join(scratch, String(index)),
        subject,
        { ...trainingDefaults, ...changes },
        {
          onStep: (step) => onStep(index * steps + step, methods.length * steps, method),
        },
      );
      const last = history.at(-1);
      if (!last) continue;
      rows.push({
        method,
        loss: last.validation_loss,
        over_floor: last.validation_loss - floor,
        loss_rf8: last.validation_loss_rf8,
        nu: last.nu,
        eg0_bits: last.eg0_bits,
        entropy_bits: last.entropy_bits,
        seconds: (performance.now() - began) / 1000,
      });
    }
    return rows;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
