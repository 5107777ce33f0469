import { bitsFor } from "@chisel-ts/core";
import { type ControllerParameters, controller } from "../../hdl/accelerator/controller.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

/** The controller and what a job is: counts of what was taken, and nothing of states. */
function checker(parameters: ControllerParameters, assertions: string): string {
  const { words, headerBeats, inFlight } = parameters;
  const index = bitsFor(words - 1);
  return `module check(
  input clock, input reset, input start, input abort, input [31:0] beats, input [31:0] groups,
  input requantize, input relu, input packed, input activation_valid, input activation_last,
  input weight_valid, input weight_last, input result_fire
);
  wire activation_ready, weight_ready, busy, job_requantize, job_relu, write, read, header;
  wire first, last, final, accepted, refused, done, aborted, activation_framing, weight_framing;
  wire activation_wait, weight_wait, result_wait;
  wire unpack_packed, unpack_active, unpack_bytes, unpack_end, unpack_discard;
  wire [${index - 1}:0] address;
  wire [${bitsFor(headerBeats - 1) - 1}:0] header_index;
  ${controller(parameters).name} dut(
    .clock(clock), .reset(reset), .command_start(start), .command_abort(abort),
    .command_beats(beats), .command_groups(groups), .command_requantize(requantize),
    .command_relu(relu), .command_packed(packed), .activation_tvalid(activation_valid), .activation_tlast(activation_last),
    .activation_tready(activation_ready), .weight_tvalid(weight_valid),
    .weight_tlast(weight_last), .weight_tready(weight_ready), .result_fire(result_fire),
    .busy(busy), .job_requantize(job_requantize), .job_relu(job_relu), .buffer_write(write),
    .buffer_read(read), .buffer_address(address), .beat_header(header),
    .beat_index(header_index), .beat_first(first), .beat_last(last), .beat_final(final),
    .event_accepted(accepted), .event_refused(refused), .event_done(done), .event_aborted(aborted),
    .event_activation_framing(activation_framing), .event_weight_framing(weight_framing),
    .unpack_packed(unpack_packed), .unpack_active(unpack_active), .unpack_bytes(unpack_bytes),
    .unpack_end(unpack_end), .unpack_discard(unpack_discard),
    .wait_activation(activation_wait), .wait_weight(weight_wait), .wait_result(result_wait)
  );
  // The job, and what was taken of it; flushing from an abort until both sources stand behind a tlast.
  reg running, stopped, flushing, scaled, a_ended, w_ended, closed;
  reg [31:0] b, g, a, w, h, done_groups;
  reg [${inFlight.toString(2).length}:0] under_way;
  wire a_transfers = activation_valid && activation_ready, w_transfers = weight_valid && weight_ready;
  wire in_header = scaled && h != ${headerBeats};
  wire group_ends = w_transfers && !stopped && !in_header && w == b - 1;
  wire all = a == b && done_groups == g;
  wire flushed = running && flushing && a_ended && w_ended && (closed || under_way != ${inFlight});
  wire closes = flushed && !closed;
  wire ends = running && !flushing && (all || stopped) && under_way == 0;
  always @(posedge clock)
    if (reset) begin
      running <= 0;
      under_way <= 0;
    end else begin
      under_way <= under_way + (group_ends || closes) - result_fire;
      if (accepted) begin
        running <= 1;
        stopped <= 0;
        flushing <= 0;
        scaled <= requantize;
        b <= beats;
        g <= groups;
        a <= 0;
        w <= 0;
        h <= 0;
        done_groups <= 0;
        a_ended <= 0;
        w_ended <= 0;
        closed <= 0;
      end else if (running) begin
        if (ends) running <= 0;
        else if (flushed) flushing <= 0;
        else if (abort && !stopped) flushing <= 1;
        if (abort && !ends) stopped <= 1;
        if (flushing && abort) {a_ended, w_ended} <= 2'b11;
        else begin
          if (a_transfers) a_ended <= activation_last;
          if (w_transfers) w_ended <= weight_last;
        end
        if (a_transfers && !stopped) a <= a + 1;
        if (w_transfers && !stopped && in_header) h <= h + 1;
        if (w_transfers && !stopped && !in_header) w <= group_ends ? 0 : w + 1;
        if (group_ends) begin
          h <= 0;
          done_groups <= done_groups + 1;
        end
        if (closes || (group_ends && done_groups == g - 1)) closed <= 1;
      end
    end
  // Results come from groups that have ended.
  always @* assume (!result_fire || under_way != 0);
${inner(3, "state")}
${inner(index, "beat")}
${inner(index, "last_beat")}
${inner(32, "groups_after")}
${inner(bitsFor(headerBeats - 1), "header_beat")}
${inner(inFlight.toString(2).length, "in_flight")}
${inner(1, "aborted")}
${inner(1, "requantize_job")}
${inner(1, "activations_ended")}
${inner(1, "weights_ended")}
${inner(1, "results_closed")}
  wire [2:0] expected = !running ? 0 : flushing ? 4 : stopped || all ? 5 : a != b ? 1 : in_header ? 2 : 3;
  always @* begin
    assert (\\dut.in_flight == under_way && under_way <= ${inFlight});
    assert (\\dut.state == expected);
    if (running) begin
      assert (b != 0 && b <= ${words} && g != 0 && a <= b && w < b && done_groups <= g && h <= ${headerBeats});
      assert (\\dut.last_beat == b - 1 && \\dut.requantize_job == scaled && \\dut.aborted == stopped);
      assert (\\dut.activations_ended == a_ended && \\dut.weights_ended == w_ended);
      assert (\\dut.results_closed == closed && (!flushing || stopped));
      assert (closed == (done_groups == g || (stopped && !flushing)) || (stopped && closed));
      assert (closed || (done_groups != g && (flushing || !stopped)));
      assert (a == b || (w == 0 && h == 0 && done_groups == 0));
      if (!stopped && !all) begin
        assert (\\dut.beat == (a != b ? a : w) && \\dut.groups_after == g - 1 - done_groups);
        assert (\\dut.header_beat == (in_header ? h : 0));
        assert (scaled ? h == ${headerBeats} || w == 0 : h == 0);
      end
    end else assert (under_way == 0);
  end
${assertions}
endmodule
`;
}

const assertions = ({
  words,
  headerBeats,
  inFlight,
}: ControllerParameters): Record<string, string> => ({
  "a job accepts all its activations, then every header and weight beat of its groups, in order and no more": `  always @* begin
    if (!stopped) begin
      assert (activation_ready == (running && a != b));
      if (weight_ready) assert (running && a == b && done_groups != g);
    end
    assert (write == (a_transfers && !stopped) && read == (w_transfers && !stopped && !in_header));
    assert (header == (w_transfers && !stopped && in_header));
    if (write) assert (address == a);
    if (read) assert (address == w && first == (w == 0));
    if (header) assert (header_index == h);
    assert (last == (group_ends || closes));
    if (last) assert (final == (closes || done_groups == g - 1));
  end`,
  [`never more than ${inFlight} results are under way, and weights wait for nothing else`]: `  always @* begin
    if (last) assert (under_way != ${inFlight});
    if (running && !stopped && a == b && done_groups != g)
      assert (weight_ready == (in_header || w != b - 1 || under_way != ${inFlight}));
  end`,
  "a job begins when none runs and it fits, and ends when its last result has left": `  always @* begin
    assert (busy == running);
    assert (accepted == (start && !abort && !running && beats != 0 && beats <= ${words} && groups != 0));
    assert (refused == (start && !accepted));
    assert (done == ends && aborted == (ends && stopped));
  end`,
  "an aborted job accepts what its sources send up to a tlast, or to a second abort, and nothing of it is written or computed": `  always @* if (running && stopped) begin
    assert (activation_ready == (flushing && !a_ended) && weight_ready == (flushing && !w_ended));
    assert (!write && !read && !header);
  end`,
  "every job that ends has given one result that is its last, and a job that was not aborted all of them": `  reg [1:0] finals;
  always @(posedge clock) if (accepted) finals <= 0; else finals <= finals + (last && final);
  always @* begin
    if (running) assert (finals == closed);
    if (last) assert (running && !closed);
    if (done) assert (closed && (stopped || (all && done_groups == g)));
  end`,
  "the activation buffer is never written and read at one edge": `  always @* assert (!(write && read));`,

  "at most one stall is counted in a cycle, only of a job that runs, and never with a transfer": `  always @* begin
    assert (activation_wait + weight_wait + result_wait <= 1);
    if (activation_wait || weight_wait || result_wait) assert (busy && !a_transfers && !w_transfers);
    assert (activation_wait == (!stopped && activation_ready && !activation_valid));
    assert (weight_wait == (!stopped && weight_ready && !weight_valid));
  end`,
  "a wrong tlast is reported, and only that": `  always @* begin
    assert (activation_framing == (a_transfers && !stopped && activation_last != (a == b - 1)));
    assert (weight_framing == (w_transfers && !stopped && weight_last != (group_ends && done_groups == g - 1)));
  end
  // ${headerBeats} header beats a group, where there is a header.`,
  "the weight decoder gets the kind of the next weight beat, and the mode of the job": `  reg mode;
  always @(posedge clock) if (accepted) mode <= packed;
  always @* begin
    assert (unpack_active == (running && !stopped && !all));
    assert (unpack_discard == (running && flushing));
    if (running) assert (unpack_packed == mode);
    if (weight_ready && !stopped) begin
      assert (unpack_bytes == in_header);
      assert (unpack_end == (!in_header && w == b - 1 && done_groups == g - 1));
    end
  end`,
});

/** The accelerator's controller, for any streams and any commands: nothing lost, nothing taken twice, no deadlock of its own. */
export function controllerProperties(parameters: ControllerParameters): Property[] {
  const base = {
    circuit: "accelerator_controller",
    parameters: { ...parameters },
    subject: controller(parameters),
    clocked: true,
  };
  return [
    ...Object.entries(assertions(parameters)).map(
      ([name, assertion]): Property => ({ ...base, name, checker: checker(parameters, assertion) }),
    ),
    reachable(
      { ...base, name: "", checker: checker(parameters, "") },
      "a job of two groups with headers comes to its end, and another begins",
      "accepted && ended",
      `  reg ended;
  always @(posedge clock) ended <= !reset && (ended || (done && !aborted && scaled && g == 2));
`,
    ),
    reachable(
      { ...base, name: "", checker: checker(parameters, "") },
      "a job that is aborted among its weights comes to its end, and another begins",
      "accepted && ended",
      `  reg ended;
  always @(posedge clock) ended <= !reset && (ended || (done && aborted && !all && (w != 0 || done_groups != 0)));
`,
    ),
  ];
}
