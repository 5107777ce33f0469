import { expect, test } from "vitest";
import { arrayProperties } from "../../formal/specification/array.ts";
import { axiLiteProperties } from "../../formal/specification/axi-lite.ts";
import { controllerProperties } from "../../formal/specification/controller.ts";
import { countersProperties } from "../../formal/specification/counters.ts";
import { requantizeProperties } from "../../formal/specification/requantize.ts";
import { type Mistake, proveBroken } from "./broken.ts";

const controller = controllerProperties({ words: 5, headerBeats: 2, inFlight: 3 });
const slave = axiLiteProperties();
const requantizer = requantizeProperties({ width: 30, activation: "int8" }, [6]);

const [order, credits, begins, discards, ends, apart, waits, framing] = controller;
const [element, moved, stays, , whole, begun] = arrayProperties({ rows: 2, columns: 2 });
const [writes, answers, , reset, bounded, progress] = slave;

test.each([
  [
    "a weight too many is taken",
    order,
    "accelerator_controller.v",
    "beat == last_beat",
    "beat >= last_beat + 4'd1",
  ],
  [
    "one result too many is under way",
    credits,
    "accelerator_controller.v",
    "in_flight == 2'd3",
    "in_flight == 2'd0",
  ],
  [
    "a job larger than the buffer begins",
    begins,
    "accelerator_controller.v",
    "32'd5 >= command_beats",
    "32'd6 >= command_beats",
  ],
  [
    "weights are taken behind the tlast of an aborted job",
    discards,
    "accelerator_controller.v",
    "!weights_ended",
    "1'b1",
  ],
  [
    "an aborted job ends without a last result",
    ends,
    "accelerator_controller.v",
    "!results_closed",
    "(!results_closed & !aborted)",
  ],
  [
    "the buffer is read while activations are taken",
    apart,
    "accelerator_controller.v",
    "assign buffer_read = weight_beat",
    "assign buffer_read = weight_beat | activation_beat",
  ],
  [
    "a wait is counted as weights are taken",
    waits,
    "accelerator_controller.v",
    "!weight_tvalid",
    "1'b1",
  ],
  [
    "a missing tlast is not told",
    framing,
    "accelerator_controller.v",
    "activation_tlast ^",
    "activation_tlast &",
  ],
  [
    "a write takes effect without its data",
    writes,
    "axi_lite_slave.v",
    "(address_held & data_held)",
    "address_held",
  ],
  [
    "a read is answered with the data of another",
    answers,
    "axi_lite_slave.v",
    "read_data <= bus_read_data",
    "read_data <= axi_rready ? bus_read_data : 32'd0",
  ],
  [
    "an answer outlives a reset",
    reset,
    "axi_lite_slave.v",
    "assign axi_bvalid = write_answered",
    "assign axi_bvalid = write_answered | axi_awvalid",
  ],
  [
    "an answer of a read waits for a write's",
    bounded,
    "axi_lite_slave.v",
    "assign axi_rvalid = read_answered",
    "assign axi_rvalid = read_answered & !write_answered",
  ],
  [
    "a write waits for a read",
    progress,
    "axi_lite_slave.v",
    "(address_held & data_held)",
    "(address_held & data_held & !read_answered)",
  ],
  [
    "a counter that clear does not reach",
    countersProperties()[0],
    "accelerator_counters.v",
    "if (clear)",
    "if (clear & !event_cycles)",
  ],
  [
    "weights move while a vector before them passes",
    whole,
    "array_controller.v",
    "passing == 2'd0",
    "passing != 2'd1",
  ],
  [
    "a tile begins before its weights are complete",
    begun,
    "array_controller.v",
    "loaded == 2'd2",
    "loaded == 2'd1",
  ],
  ["a result that waits is lost", moved, "queue_8x1.v", "and_2 & !and_1", "and_2 & and_1"],
  [
    "a result changes while it waits",
    stays,
    "queue_8x1.v",
    "equal_1 ? source_bits",
    "sink_ready ? source_bits",
  ],
  [
    "an element swaps one vector late",
    element,
    "array_element.v",
    "swap_in ? next_weight",
    "swap_held ? next_weight",
  ],
  [
    "a place of the shift is not taken",
    requantizer[0],
    "requantize.v",
    "late_shift[2]",
    "late_shift[3]",
  ],
] as const)("disproved: %s", async (_, property, file, right, wrong) => {
  if (!property) throw new Error("there is no such property");
  const mistake: Mistake = { file, right, wrong };
  const verdict = await proveBroken(property, mistake);
  expect(verdict.verdict).toBe("disproved");
  if (verdict.verdict === "disproved") expect(verdict.trace.cycles).toBeGreaterThan(0);
});
