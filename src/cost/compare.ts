import { dot } from "../../hdl/dot.ts";
import type { Format } from "../../hdl/format.ts";
import { mac } from "../../hdl/mac.ts";
import type { Activation, IntegerActivation } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import { type Block, blocks, contenders, type Writing } from "./contenders.ts";
import { type Precision, precisionOf } from "./precision.ts";
import type { CellResult } from "./result.ts";
import { titleOf, type VerilogDesign, verilogOf } from "./synthesis/design.ts";
import { type Goal, goals } from "./synthesis/goal.ts";
import { synthesize } from "./synthesize.ts";

/** What multiplies what: E4M3 weights meet integers, and E4M3 activations beside the integers of as many bits. */
interface Operands {
  readonly format: Format;
  readonly activation: Activation;
}

const operandsAgainst = (activation: IntegerActivation): readonly Operands[] => [
  ...(["rf8", "int8", "e4m3", "e5m2"] as const).map((format) => ({ format, activation })),
  ...(activation === "int8" ? ([{ format: "e4m3", activation: "e4m3" }] as const) : []),
];

/** A block at a goal, as the smallest of its contenders. */
export interface ComparisonRow extends Operands, Writing, Precision {
  readonly block: Block;
  readonly lanes: number;
  readonly goal: Goal;
  readonly area_ge: number;
  readonly area_um2: number | null;
  readonly delay_fo4: number;
  readonly delay_ps: number | null;
  /** This area ÷ that of INT8 weights and integer activations of as many bits, at the same goal. */
  readonly area_to_int8: number;
  readonly area_to_e4m3: number;
}

export interface FormatComparison {
  readonly rows: readonly ComparisonRow[];
  readonly provenance: Pick<CellResult, "tech" | "tool" | "library" | "conditions">;
}

export interface ComparisonOptions {
  readonly activations: readonly IntegerActivation[];
  /** Of the dot-product unit. */
  readonly lanes: number;
  readonly liberty?: string | readonly string[];
  onBlock?(done: number, total: number, label: string): void;
  /** Synthesizes somewhere else, and answers in the order of the tasks; here where it is left out. */
  synthesizeAll?(tasks: readonly SynthesisTask[]): Promise<readonly CellResult[]>;
}

/** A design to be synthesized in standard cells. */
export interface SynthesisTask {
  readonly design: VerilogDesign;
  readonly goal: Goal;
}

/**
 * The product, the MAC and the dot-product unit of every format, synthesized alike, with exact accumulators of
 * 4,096 terms and no pipeline registers.
 *
 * @throws CostError as `synthesize`.
 *
 * @example
 * // Without synthesizeAll everything is synthesized here, which takes minutes.
 * const answers = { area_ge: 100, area_um2: null, delay_fo4: 20, delay_ps: null };
 * const synthesizeAll = async (tasks) => tasks.map(() => answers);
 * const { rows } = await compare({ activations: ["int8"], lanes: 2, synthesizeAll });
 * console.log(`${rows.length} ${rows[0].area_to_int8}`); // 45 1
 */
export async function compare(options: ComparisonOptions): Promise<FormatComparison> {
  const { activations, lanes, synthesizeAll = here(options) } = options;
  const cases = activations.flatMap((integers) =>
    blocks.flatMap((block) =>
      goals.flatMap((goal) =>
        operandsAgainst(integers).map((operands) => ({ integers, block, goal, ...operands })),
      ),
    ),
  );
  const tries = cases.flatMap((item) =>
    contenders(item.block, item.format, item.goal).map((writing) => {
      const { block, goal, format, activation } = item;
      const design = verilogOf(build(block, { format, activation, lanes, ...writing }));
      return { item, writing, design, goal };
    }),
  );
  const results = await synthesizeAll(tries);
  const found = cases.map((item) => {
    const contending = tries.flatMap((tried, index) => {
      const result = results[index];
      return tried.item === item && result ? [{ ...tried.writing, result }] : [];
    });
    return { ...item, ...smallest(contending) };
  });
  const rows = found.map(({ result, integers, ...row }): ComparisonRow => {
    const rival = (format: Format): number =>
      found.find(
        (other) =>
          other.format === format &&
          other.block === row.block &&
          other.activation === integers &&
          other.goal === row.goal,
      )?.result.area_ge ?? Number.NaN;
    const { area_ge, area_um2, delay_fo4, delay_ps } = result;
    return {
      ...row,
      lanes: row.block === "dot" ? lanes : 1,
      area_ge,
      area_um2,
      delay_fo4,
      delay_ps,
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

const here =
  ({ liberty, onBlock = () => {} }: ComparisonOptions) =>
  (tasks: readonly SynthesisTask[]): Promise<CellResult[]> => {
    let done = 0;
    return Promise.all(
      tasks.map(async ({ design, goal }) => {
        const result = await synthesize(design, {
          goal,
          ...(liberty !== undefined && { liberty }),
        });
        done += 1;
        onBlock(done, tasks.length, `${titleOf(design)}, goal ${goal}`);
        return result;
      }),
    );
  };

/** The one of least area; there is one at least. */
const smallest = <T extends { readonly result: CellResult }>(contending: readonly T[]): T =>
  contending.reduce((best, other) => (other.result.area_ge < best.result.area_ge ? other : best));

function build(block: Block, given: Operands & Writing & { readonly lanes: number }) {
  const { lanes: _, ...single } = given;
  return block === "dot" ? dot(given) : block === "mac" ? mac(single) : product(single);
}
