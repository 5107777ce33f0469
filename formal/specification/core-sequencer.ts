import { core } from "../../hdl/core/core.ts";
import { descriptorBytes } from "../../hdl/core/descriptor.ts";
import type { CoreParameters } from "../../hdl/core/parameters.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { ending } from "./core-sequencer/ending.ts";
import { fetched } from "./core-sequencer/fetch.ts";
import { hazards, passStages, rowStages } from "./core-sequencer/hazards.ts";
import { is, r, states } from "./core-sequencer/names.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

/** Small: words of two elements, two tokens, vectors of two beats. */
const sized = (lanes: number): CoreParameters => ({
  activation: "int8",
  function: "relu",
  lanes,
  vectorLanes: 2,
  batch: 2,
  words: 2 * lanes,
  columns: 2 * lanes,
});

/** What is computed plays no part: lanes, sums of products and codes may be anything. */
const opaque = ["core_lane", "dot", "core_cache_code", "core_embedded_code", "core_counters"];

/** The registers of the core that the specification speaks of, and their widths. */
const registers: Readonly<Record<string, number>> = {
  state: 5,
  slot: 1,
  last_slot_held: 1,
  program_counter: 40,
  segment_start: 40,
  descriptor: 8 * descriptorBytes,
  elements: 32,
  rows: 32,
  index: 32,
  phase: 2,
  step: 32,
  steps: 32,
  group_start: 32,
  turn: 2,
  wait_left: 4,
  requesting: 1,
  request_row: 32,
  request_term: 1,
  beat: 32,
  second_term: 1,
  rows_left: 32,
  store_second: 1,
  refuses: 1,
  slot_now_position: 32,
  "scalar.state": 3,
  issued_2_1_valid: 1,
  issued_3_1_valid: 1,
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
    assert (${r("state")}<= ${states.length - 1} && taken <= ${beats});
    if (${is("Read", "Setup")} || works) assert (whole);
    if (${is("Descriptor")}) assert (!whole && \\dut.step == taken);
    if (${is("Read")}) assert (\\dut.wait_left <= 2 && reading == 2 - \\dut.wait_left );
    if (${is("Setup")}) assert (reading == 3);
  end
${body}
endmodule
`;
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
    circuit: "core",
    parameters: { ...sized(claim.lanes) },
    name,
    opaque,
    clocked: true,
    subject: core(sized(claim.lanes)),
    checker: checker(claim),
  }));
}

/** That a descriptor begins a pass, so that the claims are not empty. */
export const sequencerReaches = (): Property[] =>
  sequencerProperties()
    .slice(1, 2)
    .map((property) => reachable(property, "a pass drains", is("Drain")));
