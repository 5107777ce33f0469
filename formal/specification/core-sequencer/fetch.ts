import { coreOperations, descriptorBytes } from "../../../hdl/core/descriptor.ts";
import { fields } from "./fields.ts";
import { is, op } from "./names.ts";

const { End, Embed, Load, Product, Store: StoreCodes } = coreOperations;

/** Fetch and decode: the bytes as they came, the place of the next descriptor, and where each operation begins. */
export function fetched(lanes: number): string {
  const beats = Array.from({ length: descriptorBytes / lanes }, (_, i) => i);
  const wide = 8 * lanes;
  return `  reg [${wide - 1}:0] ${beats.map((i) => `beat_${i}`).join(", ")};
  wire [511:0] d = {${beats
    .map((i) => `beat_${i}`)
    .reverse()
    .join(", ")}};
${fields(lanes)}
  // Tokens of the batch take turns: each comes as far as the next product, or the end; then the first goes on.
  reg [39:0] next, segment;
  reg token, last;
  wire ends = (${is("Setup")} && ${op(End)} && !refused_now) || (${is("Finish")} && ${op(Product)});
  wire refused_now = bad || \\dut.slot_now_position >= positions;
  always @(posedge clock) begin
${beats.map((i) => `    if (${is("Descriptor")} && gives && taken == ${i}) beat_${i} <= data_bits;`).join("\n")}
    if (reset) begin
      next <= 0;
      segment <= 0;
      token <= 0;
      last <= 0;
    end else if (${is("Idle")} && start) begin
      next <= first_descriptor;
      segment <= first_descriptor;
      token <= 0;
      last <= last_slot;
    end else if (${is("Descriptor")} && gives && taken == ${beats.length - 1}) next <= next + 64;
    else if (ends && token == last) begin
      token <= 0;
      segment <= next;
    end else if (ends) begin
      token <= token + 1;
      next <= segment;
    end
  end
  reg was_setup, was_refused, was_last;
  reg [3:0] was;
  always @(posedge clock) begin
    was_setup <= !reset && ${is("Setup")};
    was_refused <= refused_now;
    was_last <= token == last;
    was <= op;
  end
  always @* begin
    assert (\\dut.slot == token && \\dut.last_slot_held == last);
    assert (\\dut.program_counter == next && \\dut.segment_start == segment);
${beats
  .slice(1)
  .map(
    (n) =>
      `    if (${is("Descriptor")} && taken == ${n}) assert (\\dut.descriptor [511:${512 - wide * n}] == {${beats
        .slice(0, n)
        .reverse()
        .map((i) => `beat_${i}`)}});`,
  )
  .join("\n")}
    if (whole) assert (\\dut.descriptor == d);
    if (${is("Fetch")}) assert (request_valid && request_bits_address == next && request_bits_beats == ${beats.length});
    if (${is("Descriptor")}) assert (data_ready);
    if (was_setup) begin
      if (was_refused) assert (${is("Idle")} && refused);
      else if (was == ${End.value}) assert (was_last ? ${is("Idle")} : ${is("Fetch")});
      else if (was == ${StoreCodes.value}) assert (${is("Modulo")});
      else if (was == ${Embed.value} || was == ${Load.value}) assert (${is("Address")});
      else assert (${is("Pass")});
    end
  end`;
}
