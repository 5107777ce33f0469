import { is, r, type State } from "./names.ts";

/** Whether words of a pass, and sums of rows, are in each stage of their pipelines. */
export const passStages = ["issued_1_1_valid", "issued_2_2_valid", "issued_3_3_valid"];
export const rowStages = [
  "control_last",
  "summed_1",
  "summed_2",
  "whole_valid",
  "scaled_valid",
].map((stage) => `matrix_0.${stage}`);

/**
 * When a stage of a pipeline is empty: in the drain as soon as no more cycles are left than stages come behind it, and outside of it.
 * Registers of a delay have no reset, so what they begin with moves on in the first cycles.
 */
const drained = (work: State, drain: State, stages: readonly string[]): string =>
  stages
    .map(
      (
        stage,
        i,
      ) => `    if (${is(drain)} && \\dut.wait_left <= ${stages.length - 1 - i}) assert (!${r(stage)});
    if (!${is(work, drain)} && age > ${i}) assert (!${r(stage)});`,
    )
    .join("\n");

/** Hazards: words of a pass and results of rows that are on their way to the vector memory. */
export const hazards = `  wire pass_moves = ${passStages.map(r).join("|| ")};
  wire rows_move = ${rowStages.map(r).join("|| ")};
  reg passed;
  always @(posedge clock) passed <= ${is("Pass")};
  always @* begin
    assert (age == 7 || ${is("Idle", "Fetch", "Descriptor")} || (${is("Read")} && age > 2 + reading) || (${is("Setup")} && age > 5));
    if (${is("Descriptor")}) assert (age > 1);
    if (${is("Fetch")}) assert (age > 0);
    if (${is("Drain")}) assert (\\dut.wait_left <= 3);
    if (${is("RowsDrain")}) assert (\\dut.wait_left <= 5);
    assert (\\dut.issued_2_1_valid == \\dut.issued_1_1_valid && \\dut.issued_3_1_valid == \\dut.issued_1_1_valid );
    assert (\\dut.issued_3_2_valid == \\dut.issued_2_2_valid );
${drained("Pass", "Drain", passStages)}
${drained("Rows", "RowsDrain", rowStages)}
    if (${is("Pass")} && !passed) assert (!pass_moves && !rows_move);
    if (${is("Element", "Store", "Scalar", "Finish")}) assert (!pass_moves && !rows_move);
    if (${is("Rows")}) assert (!pass_moves);
    // Exponents and spans are written in Finish, and read three cycles before they count.
    if (${is("Setup")}) assert (reading == 3);
  end`;
