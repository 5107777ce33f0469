import { readFileSync } from "node:fs";
import { yosysVersion } from "../../tools/yosys-version.ts";
import { codeOf, digest, type Files, type Kind } from "../farm/index.ts";
import type { CellResult, FpgaResult } from "./result.ts";
import type { MappingOptions } from "./synthesis/cells.ts";
import type { VerilogDesign } from "./synthesis/design.ts";
import type { FpgaFamily } from "./synthesis/fpga.ts";
import { placer } from "./synthesis/place.ts";
import { synthesize, synthesizeFpga } from "./synthesize.ts";

/** A design to be synthesized, in standard cells or for an FPGA. */
export interface SynthesisInput {
  readonly design: VerilogDesign;
  readonly target: CellTarget | FpgaTarget;
}

interface CellTarget extends MappingOptions {
  /** Files of the library as they were named, and their digests; none: the generic technology. */
  readonly liberty: readonly { readonly file: string; readonly sha256: string }[];
}

interface FpgaTarget {
  readonly family: FpgaFamily;
  readonly dsp: boolean;
  /** Who places and routes, `null` where nobody does. */
  readonly placer: string | null;
}

/** Syntheses as pieces of work. */
export const synthesis: Kind<SynthesisInput, CellResult | FpgaResult> = {
  name: "synthesize",
  depends: () => [codeOf("src/cost"), codeOf("tools"), yosysVersion()],
  errors: ["CostError", "DifferentPlacer"],
  async run({ design, target }, files) {
    if ("family" in target) {
      const present = (await placer()) ?? null;
      if (present !== target.placer)
        throw new DifferentPlacer(
          `a worker has ${present ?? "no placer"}, the submitter ${target.placer ?? "none"}: install the same on both`,
        );
      return synthesizeFpga(design, target.family, { dsp: target.dsp });
    }
    const liberty = target.liberty.map(({ file, sha256 }) => ({
      file,
      bytes: bytesOf(files, sha256),
    }));
    return synthesize(design, { goal: target.goal, booth: target.booth, liberty });
  },
  expected: ({ design, target }) =>
    Object.values(design.sources).join("").length *
    ("goal" in target && target.goal === "delay" ? 2 : 1),
};

class DifferentPlacer extends Error {
  override readonly name = "DifferentPlacer";
}

function bytesOf(files: Files, sum: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(sum);
  if (!bytes) throw new Error(`the file ${sum} did not come with its piece`);
  return new Uint8Array(bytes);
}

/** Files of a library as a piece names them, and as they are sent. @throws system errors of a file. */
export function libertyFiles(paths: readonly string[]): {
  readonly liberty: CellTarget["liberty"];
  readonly files: Files;
} {
  const read = paths.map((file) => ({ file, bytes: readFileSync(file) }));
  const liberty = read.map(({ file, bytes }) => ({ file, sha256: digest(bytes) }));
  return { liberty, files: new Map(read.map(({ bytes }) => [digest(bytes), bytes])) };
}
