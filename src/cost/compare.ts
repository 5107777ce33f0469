import { dot } from "../../hdl/dot.ts";
import type { Format } from "../../hdl/format.ts";
import { mac } from "../../hdl/mac.ts";
import type { Activation } from "../../hdl/parameters.ts";
import { productOf } from "../../hdl/products.ts";
import { type Precision, precisionOf } from "./precision.ts";
import type { CellResult } from "./result.ts";
import { verilogOf } from "./synthesis/design.ts";
import { synthesize } from "./synthesize.ts";

export const blocks = ["product", "mac", "dot"] as const;
export type Block = (typeof blocks)[number];

/** Both ends of what synthesis can trade. */
const goals = ["area", "delay"] as const;
const formats = ["rf8", "int8", "e4m3", "e5m2"] as const satisfies readonly Format[];

/** How the multiplications inside are written. */
export type Style = "shift and add" | "array" | "booth";
const styles: Readonly<Record<(typeof formats)[number], readonly Style[]>> = {
  rf8: ["shift and add"],
  int8: ["array", "booth"],
  e4m3: ["shift and add"],
  e5m2: ["shift and add"],
};

/** A block of a format at a goal, in its smallest style. */
export interface ComparisonRow extends Precision {
  readonly block: Block;
  readonly format: Format;
  readonly activation: Activation;
  readonly lanes: number;
  readonly goal: (typeof goals)[number];
  readonly style: Style;
  readonly area_ge: number;
  readonly area_um2: number | null;
  readonly delay_fo4: number;
  readonly delay_ps: number | null;
  /** This area ÷ INT8's, at the same goal. */
  readonly area_to_int8: number;
  readonly area_to_e4m3: number;
}

export interface FormatComparison {
  readonly rows: readonly ComparisonRow[];
  readonly provenance: Pick<CellResult, "tech" | "tool" | "library" | "conditions">;
}

export interface ComparisonOptions {
  readonly activations: readonly Activation[];
  /** Of the dot-product unit. */
  readonly lanes: number;
  readonly liberty?: string;
  onBlock(done: number, total: number, label: string): void;
}

/**
 * The product, the MAC and the dot-product unit of every format, synthesized alike, with exact accumulators of
 * 4,096 terms and no pipeline registers.
 *
 * @throws CostError as `synthesize`.
 */
export async function compare(options: ComparisonOptions): Promise<FormatComparison> {
  const { activations, lanes, liberty, onBlock } = options;
  const cases = activations.flatMap((activation) =>
    blocks.flatMap((block) =>
      goals.flatMap((goal) => formats.map((format) => ({ activation, block, goal, format }))),
    ),
  );
  const found: ((typeof cases)[number] & {
    readonly style: Style;
    readonly result: CellResult;
  })[] = [];
  for (const [index, { activation, block, goal, format }] of cases.entries()) {
    onBlock(index, cases.length, `${block} ${format} ${activation}, goal ${goal}`);
    const design = verilogOf(build(block, { format, activation, lanes }));
    const results = await Promise.all(
      styles[format].map(async (style) => {
        const flags = { goal, booth: style === "booth", ...(liberty !== undefined && { liberty }) };
        return { style, result: await synthesize(design, flags) };
      }),
    );
    const [best] = results.sort((a, b) => a.result.area_ge - b.result.area_ge);
    if (best) found.push({ activation, block, goal, format, ...best });
  }
  const rows = found.map(({ result, ...row }): ComparisonRow => {
    const rival = (format: Format): number =>
      found.find(
        (other) =>
          other.format === format &&
          other.block === row.block &&
          other.activation === row.activation &&
          other.goal === row.goal,
      )?.result.area_ge ?? Number.NaN;
    const { area_ge, area_um2, delay_fo4, delay_ps } = result;
    return {
      ...row,
      lanes: row.block === "dot" ? lanes : 1,
      ...{ area_ge, area_um2, delay_fo4, delay_ps },
      area_to_int8: area_ge / rival("int8"),
      area_to_e4m3: area_ge / rival("e4m3"),
      ...precisionOf(row.format),
    };
  });
  const [first] = found;
  if (!first) throw new RangeError("a comparison needs an activation");
  const { tech, tool, library, conditions } = first.result;
  return { rows, provenance: { tech, tool, library, conditions } };
}

function build(block: Block, given: { format: Format; activation: Activation; lanes: number }) {
  const { lanes: _, ...single } = given;
  return block === "dot" ? dot(given) : block === "mac" ? mac(single) : productOf(single);
}
