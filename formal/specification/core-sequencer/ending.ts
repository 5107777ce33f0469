import { coreOperations, descriptorBytes } from "../../../hdl/core/descriptor.ts";
import { fields } from "./fields.ts";
import { is, op, r } from "./names.ts";

const { End, Embed, Load, Means, Norm, Rotate, Store: StoreCodes } = coreOperations;

/** No deadlock: it waits only for the memory, which owes it something, and what is left of a descriptor falls in all other cycles. */
export function ending(lanes: number): string {
  const beatBits = Math.log2(lanes);
  return `  wire [511:0] d = ${r("descriptor")};
${fields(lanes)}
  // Beats that the memory owes.
  reg [39:0] owed;
  always @(posedge clock) owed <= reset ? 0 : owed + (asks ? request_bits_beats : 0) - gives;
  wire [31:0] words = (\\dut.elements + 1) >> 1, beats = (\\dut.elements + (factors ? ${lanes + 3} : ${lanes - 1})) >> ${beatBits};
  wire [31:0] group_words = in_groups ? (rows + 1) >> 1 : words;
  wire [31:0] turning = (positions_field + 1) >> 1;
  wire [31:0] pass_steps = ${op(Rotate)} ? group_words - turning : to_matrix ? beats << ${beatBits - 1} : group_words;
  // Terms of rows that are still to come, and those that are still to be asked for.
  wire [36:0] come = two_terms ? {\\dut.rows_left , 1'b0} - ${r("second_term")}: \\dut.rows_left ;
  wire [36:0] ask = !\\dut.requesting ? 0 : two_terms ? {\\dut.request_row , 1'b0} - ${r("request_term")}: \\dut.request_row ;
  wire [36:0] under_way = come - ask;
  // Beats of a load, in numbers of 16 bits or codes, those that have come, and its words: whole beats where a factor ends the row.
  wire [31:0] loads = ${op(Embed)} ? beats : (words + ${lanes / 4 - 1}) >> ${beatBits - 2};
  wire [31:0] load_words = factors ? beats << ${beatBits - 1} : words;
  wire [31:0] loaded = ${op(Embed)} ? \\dut.step >> ${beatBits - 1} : \\dut.step >> ${beatBits - 2};
  always @* begin
    assume (!data_valid || owed != 0);
    if (works) assert (!bad && !${op(End)} && \\dut.elements == elements && \\dut.rows == rows);
    if (${is("Modulo", "Element", "Store")}) assert (${op(StoreCodes)});
    if (${is("Address")}) assert (${op(StoreCodes, Embed, Load)});
    if (${is("Request", "Stream")}) assert (${op(Embed, Load)});
    if (${is("Pass", "Drain")}) assert (!${op(Embed, Load, StoreCodes)});
    if (${is("Scalar", "ScalarWait")}) assert (${op(Means)} || (${op(Norm)} && \\dut.phase == 0));
    if (${is("Rows", "RowsDrain")}) assert (to_matrix);
    if (works) assert (\\dut.phase <= 2 && (\\dut.phase == 0 || ${op(Norm)}));
    if (${is("Pass", "Drain", "Scalar", "ScalarWait")} && in_groups) assert (\\dut.group_start < words);
    if (${is("Pass")}) assert (\\dut.step < pass_steps);
    if (${is("Pass")} && !(${op(Rotate)} && \\dut.step < turning)) assert (\\dut.turn == 0);
    if (${is("Stream")}) assert (\\dut.steps == load_words && \\dut.step < load_words && owed == loads - loaded);
    if (${is("Element", "Store")}) assert (\\dut.step < \\dut.elements );
    if (${is("Request")}) assert (\\dut.step == 0);
    if (${is("Scalar", "ScalarWait")} && to_matrix) begin
      assert (\\dut.rows_left == rows && \\dut.request_row == rows && \\dut.requesting );
      assert (\\dut.beat == 0 && !\\dut.second_term && !\\dut.request_term );
    end
    if (${is("Rows")}) begin
      assert (\\dut.rows_left != 0 && \\dut.beat < beats && (two_terms || !\\dut.second_term ));
      assert (!\\dut.requesting || (\\dut.request_row != 0 && (two_terms || !\\dut.request_term )));
      assert (come >= ask && (come != ask || \\dut.beat == 0));
      assert (owed == (beats == 2 ? {under_way, 1'b0} : under_way) - \\dut.beat );
    end
    if (${is("Descriptor")}) assert (owed == ${descriptorBytes / lanes} - taken);
    if (!${is("Descriptor", "Stream", "Rows")}) assert (owed == 0);
  end
  // What is left: groups, phases of a norm, states, and of the state.
  wire [31:0] groups = in_groups ? words - \\dut.group_start : 0;
  wire [33:0] outer = works ? {groups, 2'd3 - \\dut.phase } : {34{1'b1}};
  wire [4:0] order = ${is("Element", "Store")} ? 1 : ${is("Finish")} ? 0 : 5'd18 - ${r("state")};
  wire [65:0] inside =
    ${is("Descriptor")} ? ${descriptorBytes / lanes} - \\dut.step :
    ${is("Read", "Drain", "RowsDrain")} ? \\dut.wait_left :
    ${is("Modulo", "Address")} ? \\dut.index :
    ${is("Stream")} ? \\dut.steps - \\dut.step :
    ${is("Pass")} ? {pass_steps - \\dut.step , 2'd0} - \\dut.turn :
    ${is("Rows")} ? {\\dut.rows_left , !\\dut.second_term , beats - \\dut.beat } :
    ${is("Element")} ? {\\dut.elements - \\dut.step , 2'd3} :
    ${is("Store")} ? {\\dut.elements - \\dut.step , \\dut.store_second ? 2'd1 : 2'd2} : 0;
  wire [104:0] left = {outer, order, inside};
  wire for_memory = ((${is("Fetch", "Request")}) && !request_ready) || (${is("Store")} && !store_ready)
    || (${is("Descriptor", "Stream", "Rows")} && !data_valid);
  // The scalar unit has a bound of its own (core_scalar).
  wire for_scalar = ${is("ScalarWait")} && \\dut.scalar.state != 0;
  reg was_busy, waited, ended;
  reg [104:0] before;
  always @(posedge clock) begin
    was_busy <= !reset && busy;
    waited <= for_memory || for_scalar;
    ended <= ${is("Setup", "Finish")};
    before <= left;
  end
  always @* begin
    if (for_memory) assert (request_valid || store_valid || owed != 0);
    if (was_busy && !waited && !ended && !${is("Idle")}) assert (left < before);
  end`;
}
