import { core } from "../../hdl/core/core.ts";
import { coreOperations, descriptorBytes } from "../../hdl/core/descriptor.ts";
import type { CoreParameters } from "../../hdl/core/parameters.ts";
import { coreStates } from "../../hdl/core/registers.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

/** Small: words of two elements, two tokens, vectors of two beats. */
const sized = (lanes: number): CoreParameters => ({
  ...{ activation: "int8", function: "relu", lanes, vectorLanes: 2, batch: 2 },
  ...{ words: 2 * lanes, columns: 2 * lanes },
});

/** What is computed plays no part: lanes, sums of products and codes may be anything. */
const opaque = ["core_lane", "dot", "core_cache_code", "core_embedded_code", "core_counters"];

const { Idle, Fetch, Descriptor, Read, Setup, Modulo, Address, Request, Stream } = coreStates;
const { Pass, Drain, Scalar, ScalarWait, Rows, RowsDrain, Element, Store, Finish } = coreStates;
/** In the order in which a descriptor goes through them, as far as it does. */
const states = {
  ...{ Idle, Fetch, Descriptor, Read, Setup, Modulo, Address, Request, Stream },
  ...{ Pass, Drain, Scalar, ScalarWait, Rows, RowsDrain, Element, Store, Finish },
};
type State = keyof typeof states;

const is = (...some: readonly State[]): string =>
  `(${some.map((state) => `\\dut.state == ${states[state].value}`).join(" || ")})`;

const { End, Embed, Load, Product, Scores, Softmax, Means, Norm, Rotate } = coreOperations;
const { Store: StoreCodes, Multiply, Add } = coreOperations;
const op = (...some: readonly (typeof End)[]): string =>
  `(${some.map(({ value }) => `op == ${value}`).join(" || ")})`;

/** A register of the core, in an expression. */
const r = (name: string): string => `\\dut.${name} `;

const passStages = ["issued_1_1_valid", "issued_2_2_valid", "issued_3_3_valid"];
const rowStages = ["control_last", "summed_1", "summed_2", "whole_valid", "scaled_valid"].map(
  (stage) => `matrix_0.${stage}`,
);

/** The registers of the core that the specification speaks of, and their widths. */
const registers: Readonly<Record<string, number>> = {
  ...{ state: 5, slot: 1, last_slot_held: 1, program_counter: 40, segment_start: 40 },
  ...{ descriptor: 8 * descriptorBytes, elements: 32, rows: 32, index: 32, phase: 2, step: 32 },
  ...{ steps: 32, group_start: 32, turn: 2, wait_left: 4, requesting: 1, request_row: 32 },
  ...{ request_term: 1, beat: 32, second_term: 1, rows_left: 32, store_second: 1, refuses: 1 },
  ...{ slot_now_position: 32, "scalar.state": 3, issued_2_1_valid: 1, issued_3_1_valid: 1 },
  issued_3_2_valid: 1,
  ...Object.fromEntries([...passStages, ...rowStages].map((stage) => [stage, 1])),
};

/** What a property adds: definitions, what induction has to know besides, and its claim. */
interface Claim {
  readonly lanes: number;
  readonly body: string;
}

/** The core with a memory that gives what it was asked for, and someone who gives tokens while it is not busy. */
function checker({ lanes, body }: Claim): string {
  const circuit = core(sized(lanes));
  const beats = descriptorBytes / lanes;
  return `module check(${inputsOf(circuit).join(", ")});
  ${instantiate(circuit, { name: "dut" })}
${Object.entries(registers)
  .map(([name, width]) => inner(width, name))
  .join("\n")}
  wire asks = request_valid && request_ready, gives = data_valid && data_ready;
  // Cycles since the reset, beats of the descriptor that have come, cycles in Read.
  reg [2:0] age, reading;
  reg [3:0] taken;
  wire whole = taken == ${beats};
  always @(posedge clock) begin
    age <= reset ? 0 : age + (age != 7);
    reading <= reset || !${is("Read")} ? 0 : reading + 1;
    if (reset || (${is("Fetch")} && asks)) taken <= 0;
    else if (${is("Descriptor")} && gives) taken <= taken + 1;
  end
  wire works = ${is("Modulo", "Address", "Request", "Stream", "Pass", "Drain", "Scalar", "ScalarWait", "Rows", "RowsDrain", "Element", "Store", "Finish")};
  always @* begin
    assume (!slot_enable || !busy);
    assert (${r("state")}<= ${Object.keys(states).length - 1} && taken <= ${beats});
    if (${is("Read", "Setup")} || works) assert (whole);
    if (${is("Descriptor")}) assert (!whole && \\dut.step == taken);
    if (${is("Read")}) assert (\\dut.wait_left <= 2 && reading == 2 - \\dut.wait_left );
    if (${is("Setup")}) assert (reading == 3);
  end
${body}
endmodule
`;
}

/** The fields of the descriptor `d`, what it works on, and whether the core lacks it (docs/core.md). */
const fields = (lanes: number): string => `
  wire [3:0] op = d[3:0];
  wire factors = d[8], largest = d[9], two_terms = d[11];
  wire [31:0] target = d[127:96], source = d[159:128], other = d[191:160];
  wire [31:0] row_field = d[223:192], column_field = d[255:224], positions_field = d[479:448];
  wire [31:0] so_far = ${r("slot_now_position")}+ 32'd1;
  wire [31:0] held = so_far < positions_field ? so_far : positions_field;
  wire [31:0] elements = ${op(Softmax, Means)} ? held : column_field;
  wire [31:0] rows = ${op(Scores)} ? held : row_field;
  wire to_matrix = ${op(Product, Scores, Means)}, in_groups = ${op(Norm, Rotate)};
  wire writes = !${op(End, StoreCodes)} && !(${op(Product)} && largest);
  wire bad = op > 13 || factors || (!${op(End)} && elements == 0)
    || ((to_matrix || in_groups) && rows == 0) || (${op(StoreCodes)} && positions_field == 0)
    || (in_groups && (rows > elements || rows[0]))
    || (${op(Rotate)} && ({positions_field, 1'b0} > rows || positions_field[0]))
    || (to_matrix && elements > ${2 * lanes})
    || (writes && {1'b0, target} + (to_matrix ? rows : elements) > ${2 * lanes})
    || (!${op(End, Embed, Load)} && {1'b0, source} + elements > ${2 * lanes})
    || (${op(Norm, Multiply, Add)} && {1'b0, other} + (${op(Norm)} ? rows : elements) > ${2 * lanes})
    || (${op(Rotate)} && {1'b0, other} + {positions_field[30:0], 1'b0} > ${2 * lanes});
  reg bad_before;
  always @(posedge clock) bad_before <= bad;
  always @* if (reading != 0) assert (\\dut.refuses == bad_before && bad == bad_before);`;

/** Fetch and decode: the bytes as they came, the place of the next descriptor, and where each operation begins. */
function fetched(lanes: number): string {
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
const hazards = `  wire pass_moves = ${passStages.map(r).join("|| ")};
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

/** No deadlock: it waits only for the memory, which owes it something, and what is left of a descriptor falls in all other cycles. */
function ending(lanes: number): string {
  const beatBits = Math.log2(lanes);
  return `  wire [511:0] d = ${r("descriptor")};
${fields(lanes)}
  // Beats that the memory owes.
  reg [39:0] owed;
  always @(posedge clock) owed <= reset ? 0 : owed + (asks ? request_bits_beats : 0) - gives;
  wire [31:0] words = (\\dut.elements + 1) >> 1, beats = (\\dut.elements + ${lanes - 1}) >> ${beatBits};
  wire [31:0] group_words = in_groups ? (rows + 1) >> 1 : words;
  wire [31:0] turning = (positions_field + 1) >> 1;
  wire [31:0] pass_steps = ${op(Rotate)} ? group_words - turning : to_matrix ? beats << ${beatBits - 1} : group_words;
  // Terms of rows that are still to come, and those that are still to be asked for.
  wire [36:0] come = two_terms ? {\\dut.rows_left , 1'b0} - ${r("second_term")}: \\dut.rows_left ;
  wire [36:0] ask = !\\dut.requesting ? 0 : two_terms ? {\\dut.request_row , 1'b0} - ${r("request_term")}: \\dut.request_row ;
  wire [36:0] under_way = come - ask;
  // Beats of a load, in numbers of 16 bits or codes, and those that have come.
  wire [31:0] loads = ${op(Embed)} ? (words + ${lanes / 2 - 1}) >> ${beatBits - 1} : (words + ${lanes / 4 - 1}) >> ${beatBits - 2};
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
    if (${is("Stream")}) assert (\\dut.steps == words && \\dut.step < words && owed == loads - loaded);
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

const claims: Readonly<Record<string, Claim>> = {
  "a descriptor is the 64 bytes at the program counter, tokens take turns, and what is done follows from the operation":
    {
      lanes: 32,
      body: fetched(32),
    },
  "nothing is read while it is on its way to be written: not by a pass, a store, a division or the rows of a matrix":
    {
      lanes: 64,
      body: hazards,
    },
  "it waits for nothing but the memory, which then owes it something, and every descriptor ends": {
    lanes: 64,
    body: ending(64),
  },
};

/** The sequencer of the decoder core, whatever its memory answers and its datapath computes: fetch and decode, hazards, no deadlock. */
export function sequencerProperties(): Property[] {
  return Object.entries(claims).map(([name, claim]) => ({
    ...{ circuit: "core", parameters: { ...sized(claim.lanes) }, name, opaque, clocked: true },
    ...{ subject: core(sized(claim.lanes)), checker: checker(claim) },
  }));
}

/** That a descriptor begins a pass, so that the claims are not empty. */
export const sequencerReaches = (): Property[] =>
  sequencerProperties()
    .slice(1, 2)
    .map((property) => reachable(property, "a pass drains", is("Drain")));
