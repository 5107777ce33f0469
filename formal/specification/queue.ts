import { queue, uint } from "@chisel-ts/core";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

export interface QueueShape {
  /** Bits of a word. */
  readonly width: number;
  /** Words that it holds, 1 or more. */
  readonly depth: number;
}

/** Bits that count from 0 to `depth`. */
const bits = (depth: number): number => depth.toString(2).length;

/**
 * Follows one word that the input `mark` chooses, and so any: while `watching` it is inside, behind `ahead`
 * others. It counts, and never sees a word.
 */
const follow = (depth: number): string => `  reg watching;
  reg [${bits(depth)}:0] ahead;
  wire chosen = mark && enters && !watching;
  always @(posedge clock)
    if (reset) watching <= 0;
    else if (chosen) begin
      watching <= 1;
      ahead <= held - leaves;
    end else if (watching && leaves) begin
      watching <= ahead != 0;
      ahead <= ahead - 1;
    end`;

/** Claims over the ports by name, with what induction needs to know besides. */
function assertions({ width, depth }: QueueShape): Record<string, string> {
  const places = Array.from({ length: depth }, (_, i) => i);
  return {
    "every word that enters leaves once, in its turn, unchanged": `${follow(depth)}
  reg [${width - 1}:0] word;
  always @(posedge clock) if (chosen) word <= source_bits;
  always @* if (leaves) begin
    assert (held != 0);
    if (watching && ahead == 0) assert (sink_bits == word);
  end
${places.map((i) => inner(width, `word_${i}`)).join("\n")}
  always @* if (watching) begin
    assert (ahead < held);
${places.map((i) => `    if (ahead == ${i}) assert (word == \\dut.word_${i} );`).join("\n")}
  end`,

    "a valid word stays valid and unchanged until it is accepted": `  reg waiting;
  reg [${width - 1}:0] word_before;
  always @(posedge clock) begin
    waiting <= !reset && sink_valid && !sink_ready;
    word_before <= sink_bits;
  end
  always @* if (waiting) begin
    assert (sink_valid);
    assert (sink_bits == word_before);
  end`,

    "valid is not empty and ready is not full, whatever the other side does": `  always @* begin
    assert (sink_valid == (held != 0));
    assert (source_ready == (held != ${depth}));
  end`,

    "no word stays for more ready cycles of the sink than the queue is deep": `${follow(depth)}
  reg [${bits(depth)}:0] chances;
  always @(posedge clock)
    if (chosen) chances <= 0;
    else if (sink_ready) chances <= chances + 1;
  always @* if (watching) begin
    assert (chances < ${depth});
    assert (ahead < held);
    assert (ahead + chances < ${depth});
  end`,

    // One place cannot be filled in the cycle that empties it without a path from side to side.
    ...(depth > 1 && {
      "with both sides willing, one word enters and one leaves in every cycle": `  reg willing;
  always @(posedge clock) willing <= !reset && source_valid && sink_ready;
  always @* if (willing) begin
    assert (source_ready);
    assert (sink_valid);
  end`,
    }),

    "nothing is valid in the cycle after a reset": `  reg after_reset;
  always @(posedge clock) after_reset <= reset;
  always @* if (after_reset) assert (!sink_valid);`,
  };
}

/**
 * A queue from its ports alone, for any source and any sink: `held` counts words in and out, and one word,
 * which may be any, is followed. Induction also needs to know where the circuit keeps them (`count` and
 * `word_0` up); that is asserted too, so if it were wrong it could only fail the proof.
 *
 * That valid and ready are functions of the register `held` says that no input of their own cycle reaches
 * them. The bits of a word are moved and never looked at, so a wide queue is queues of width 1 with one control.
 *
 * @throws CircuitError when the depth is not a whole number of 1 or more.
 */
export function queueProperties(shape: QueueShape): Property[] {
  const { width, depth } = shape;
  const dut = queue({ type: uint(width), depth });
  const always = Object.entries(assertions(shape)).map(
    ([name, assertion]): Property => ({
      circuit: "queue",
      parameters: { width, depth },
      name,
      subject: dut,
      clocked: true,
      checker: `module check(${[...inputsOf(dut), "input mark"].join(", ")});
  ${instantiate(dut, { name: "dut" })}
  wire enters = source_valid && source_ready, leaves = sink_valid && sink_ready;
  reg [${bits(depth)}:0] held;
  always @(posedge clock) held <= reset ? 0 : held + enters - leaves;
${inner(bits(depth), "count")}
  always @* assert (held <= ${depth} && held == \\dut.count );
${assertion}
endmodule
`,
    }),
  );
  return [...always, ...always.slice(0, 1).map(reached)];
}

/** In 2·depth + 1 cycles. */
const reached = (property: Property): Property =>
  reachable(
    property,
    "it fills, refuses a word, and empties again",
    "refused && held == 0",
    `  reg refused;
  always @(posedge clock) refused <= !reset && (refused || (source_valid && !source_ready));
`,
  );
