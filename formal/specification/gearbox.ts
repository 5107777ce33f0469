import { type GearboxParameters, gearbox } from "../../hdl/weight-decoder/gearbox.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

/** Beats in units of one bit: bits are moved and never looked at, so a wider unit is as many gearboxes with one control. */
export const gearboxShapes: readonly GearboxParameters[] = [
  // 4 to 7 bits a weight from a memory as wide as 8, then from wider and narrower ones.
  ...[
    { beat: 2, wide: 2, narrow: 1 },
    { beat: 8, wide: 8, narrow: 5 },
    { beat: 4, wide: 4, narrow: 3 },
    { beat: 8, wide: 8, narrow: 7 },
  ],
  ...[
    { beat: 8, wide: 4, narrow: 3 },
    { beat: 2, wide: 4, narrow: 3 },
    { beat: 1, wide: 8, narrow: 5 },
    { beat: 3, wide: 8, narrow: 6 },
  ],
];

/** Follows one bit that the inputs `mark` and `which` choose, and so any, behind `ahead` others. */
const follow = (width: number, beat: number): string => `  reg watching, value;
  reg [${width - 1}:0] ahead;
  wire [${width - 1}:0] at = count + which;
  wire chosen = mark && enters && !watching && which < ${beat};
  wire stays = leaves && control_end ? 0 : !leaves || at >= need;
  always @(posedge clock)
    if (reset || control_discard) watching <= 0;
    else if (chosen) begin
      watching <= stays;
      ahead <= leaves ? at - need : at;
      value <= source_bits_data[which];
    end else if (watching && leaves) begin
      watching <= !control_end && ahead >= need;
      ahead <= ahead - need;
    end`;

function assertions(
  { beat, wide, narrow }: GearboxParameters,
  width: number,
): Record<string, string> {
  const capacity = Math.max(beat, wide) - 1;
  const places = Array.from({ length: capacity }, (_, place) => place);
  return {
    "every bit leaves once, in its order, unchanged, but for padding": `${follow(width, beat)}
${places.map((place) => inner(1, `held_${place}`)).join("\n")}
  always @* begin
    if (leaves && chosen && at < need) assert (sink_bits_data[at] == source_bits_data[which]);
    if (leaves && watching && ahead < need) assert (sink_bits_data[ahead] == value);
    if (watching) begin
      assert (ahead < count);
${places.map((place) => `      if (ahead == ${place}) assert (value == \\dut.held_${place} );`).join("\n")}
    end
  end`,

    "a valid beat stays valid and unchanged": `  reg waiting, was_last, held_back;
  reg [${wide - 1}:0] shown_before;
  reg [${beat - 1}:0] source_before;
  reg was_source_last, was_wide, was_end;
  always @(posedge clock) begin
    waiting <= !reset && !control_discard && sink_valid && !sink_ready;
    held_back <= source_valid && !source_ready;
    shown_before <= shown;
    was_last <= sink_bits_last;
    source_before <= source_bits_data;
    was_source_last <= source_bits_last;
    was_wide <= control_wide;
    was_end <= control_end;
  end
  always @* if (waiting) begin
    assume (control_wide == was_wide && control_end == was_end && !control_discard);
    if (held_back)
      assume (source_valid && source_bits_data == source_before && source_bits_last == was_source_last);
    assert (sink_valid);
    assert (shown == shown_before);
    assert (sink_bits_last == was_last);
  end`,

    "a beat leaves as soon as its bits are there, and one enters unless enough are held": `  always @* if (!control_discard) begin
    assert (sink_valid == (count + (source_valid ? ${beat} : 0) >= need));
    if (sink_ready) assert (source_ready == (count < need));
  end`,

    "the last beat of a packet is marked": `  reg newest;
  wire [${width - 1}:0] left = count + (enters ? ${beat} : 0) - need;
  always @(posedge clock)
    if (reset || (control_discard ? sink_ready : leaves && control_end)) newest <= 0;
    else if (enters) newest <= source_bits_last;
${inner(1, "ended")}
  always @* begin
    assert (newest == \\dut.ended );
    if (leaves)
      assert (
        sink_bits_last == ((enters ? source_bits_last : newest) && (control_end || left < ${narrow}))
      );
  end`,

    "a discarded packet ends with its last beat": `  reg newest;
  always @(posedge clock)
    if (reset || (control_discard ? sink_ready : leaves && control_end)) newest <= 0;
    else if (source_valid && source_ready) newest <= source_bits_last;
${inner(1, "ended")}
  always @* begin
    assert (newest == \\dut.ended );
    if (control_discard) begin
      assert (sink_valid == (newest || source_valid));
      if (sink_valid) assert (sink_bits_last == (newest || source_bits_last));
      if (newest) assert (!source_ready);
      else assert (source_ready == sink_ready);
    end
  end`,
  };
}

/**
 * A gearbox from its ports alone, for any source, sink and sequence of widths: `count` counts bits in and out, and
 * one bit, which may be any, is followed. Induction also needs to know where the circuit keeps them (`level`, `held_0` up,
 * `ended`); that is asserted too, so if it were wrong it could only fail the proof. What is valid follows the ports of its own cycle
 * and `count` alone, so neither side can be made to wait for the other.
 *
 * @throws CircuitError for widths that no gearbox has.
 */
export function gearboxProperties(shape: GearboxParameters): Property[] {
  const { beat, wide, narrow } = shape;
  const dut = gearbox(shape);
  const width = (2 * (beat + wide)).toString(2).length;
  const capacity = Math.max(beat, wide) - 1;
  const levelBits = Math.max(capacity, 1).toString(2).length;
  const always = Object.entries(assertions(shape, width)).map(
    ([name, assertion]): Property => ({
      circuit: "gearbox",
      parameters: { ...shape },
      name,
      subject: dut,
      clocked: true,
      checker: `module check(
  ${[...inputsOf(dut), "input mark", `input [${width - 1}:0] which`].join(", ")}
);
  ${instantiate(dut, { name: "dut" })}
  wire [${width - 1}:0] need = control_wide ? ${wide} : ${narrow};
  wire [${wide - 1}:0] shown = control_wide ? sink_bits_data : sink_bits_data[${narrow - 1}:0];
  wire enters = !control_discard && source_valid && source_ready;
  wire leaves = !control_discard && sink_valid && sink_ready;
  reg [${width - 1}:0] count;
  always @(posedge clock)
    if (reset || control_discard || (leaves && control_end)) count <= 0;
    else count <= count + (enters ? ${beat} : 0) - (leaves ? need : 0);
${inner(levelBits, "level")}
  always @* assert (count <= ${capacity} && count == \\dut.level );
${assertion}
endmodule
`,
    }),
  );
  return [
    ...always,
    ...always.slice(0, 1).map((property) =>
      reachable(
        property,
        "wide and narrow beats leave between which bits are held, and a packet ends",
        "seen == 7",
        `  reg [2:0] seen;
  always @(posedge clock)
    seen <= reset ? 0 : seen | {leaves && control_end, leaves && control_wide, leaves && !control_wide && count != 0};
`,
      ),
    ),
  ];
}
