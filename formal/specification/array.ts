import { bitsFor } from "@chisel-ts/core";
import { activationBits } from "../../hdl/parameters.ts";
import { product } from "../../hdl/product/product.ts";
import type { ProcessingElementParameters } from "../../hdl/systolic/processing-element.ts";
import { streamingArray } from "../../hdl/systolic/stream/array.ts";
import { type ArrayShape, arrayController } from "../../hdl/systolic/stream/controller.ts";
import { arrayElement } from "../../hdl/systolic/stream/element.ts";
import { sumWidth } from "../../hdl/systolic/systolic.ts";
import { inputsOf, instantiate } from "../instantiate.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";
import { skidProperties } from "./skid.ts";

function elementProperty({ activation, width }: ProcessingElementParameters): Property {
  const x = activationBits(activation);
  const [subject, multiply] = [arrayElement({ activation, width }), product({ activation })];
  return {
    circuit: "array_element",
    parameters: { activation, width },
    name: "next weight, activation, swap, sum and invalid are those of the specification for all time",
    subject,
    helpers: [multiply],
    clocked: true,
    checker: `module check(${inputsOf(subject).join(", ")});
  ${instantiate(subject, { name: "dut" })}
  reg [7:0] works, next;
  reg signed [${x - 1}:0] a;
  reg signed [${width - 1}:0] s;
  reg p, i;
  wire [7:0] now = swap_in ? next : works;
  ${instantiate(multiply, {
    name: "specified",
    ports: { weight: "now", activation: "activation_in", product: "term", invalid: "nan" },
  })}
  always @(posedge clock)
    if (reset) begin
      works <= 0;
      next <= 0;
      a <= 0;
      s <= 0;
      p <= 0;
      i <= 0;
    end else begin
      if (load) next <= weight_in;
      if (enable) begin
        works <= now;
        a <= activation_in;
        s <= sum_in + term;
        p <= swap_in;
        i <= invalid_in || nan;
      end
    end
${inner(8, "weight")}
  always @* begin
    assert (weight_out == next && \\dut.weight == works);
    assert (activation_out == a && swap_out == p);
    assert (sum_out == s && invalid_out == i);
  end
endmodule
`,
  };
}

/** The controller and counts of a job: tiles loaded, tiles begun, vectors. */
function controllerChecker({ rows, columns }: ArrayShape, assertions: string): string {
  const wave = rows + columns - 2;
  return `module check(
  input clock, input reset, input start, input [31:0] tiles, input [31:0] vectors,
  input activation_valid, input weight_valid, input advance, input ended
);
  wire activation_ready, weight_ready, busy, load, accept, swap, last;
  ${arrayController({ rows, columns }).name} dut(
    .clock(clock), .reset(reset), .command_start(start), .command_tiles(tiles),
    .command_vectors(vectors), .activation_tvalid(activation_valid),
    .activation_tready(activation_ready), .weight_tvalid(weight_valid),
    .weight_tready(weight_ready), .advance(advance), .ended(ended), .busy(busy), .load(load),
    .accept(accept), .swap(swap), .last(last)
  );
  reg running;
  reg [31:0] k, n, loaded_tiles, begun, finished, v, rows_loaded, since;
  wire begins = start && !running && tiles != 0 && vectors != 0;
  wire loads = weight_valid && weight_ready, takes = activation_valid && activation_ready;
  wire ends_tile = takes && v == n - 1;
  always @(posedge clock)
    if (reset) begin
      running <= 0;
      rows_loaded <= 0;
      since <= ${wave};
      k <= 0;
      loaded_tiles <= 0;
      begun <= 0;
    end else begin
      if (begins) begin
        running <= 1;
        k <= tiles;
        n <= vectors;
        loaded_tiles <= 0;
        begun <= 0;
        finished <= 0;
        v <= 0;
      end else begin
        if (ended) running <= 0;
        if (loads) begin
          rows_loaded <= rows_loaded == ${rows - 1} ? 0 : rows_loaded + 1;
          if (rows_loaded == ${rows - 1}) loaded_tiles <= loaded_tiles + 1;
        end
        if (takes) begin
          v <= ends_tile ? 0 : v + 1;
          if (v == 0) begun <= begun + 1;
          if (ends_tile) finished <= finished + 1;
        end
      end
      // Enabled cycles since the first vector of a tile, as far as they matter.
      if (takes && v == 0) since <= 0;
      else if (advance && since != ${wave}) since <= since + 1;
    end
  // The last result transfers after the last vector.
  always @* assume (!ended || (running && finished == k));
${inner(bitsFor(rows), "loaded")}
${inner(32, "tiles_to_load")}
${inner(32, "tiles_after")}
${inner(32, "vectors_per_tile")}
${inner(32, "vectors_after")}
${inner(1, "first_of_tile")}
${inner(1, "all_accepted")}
${inner(bitsFor(wave), "passing")}
  always @* begin
    assert (busy == running && rows_loaded < ${rows} && since <= ${wave});
    assert (\\dut.passing == ${wave} - since);
    assert (\\dut.loaded == (loaded_tiles == begun ? rows_loaded : ${rows}));
    if (running) begin
      assert (k != 0 && n != 0 && v < n && finished <= begun && begun <= loaded_tiles && loaded_tiles <= k);
      assert (loaded_tiles == begun || (loaded_tiles == begun + 1 && rows_loaded == 0));
      assert (begun == finished + (v != 0));
      assert (\\dut.tiles_to_load == k - loaded_tiles && \\dut.vectors_per_tile == n - 1);
      assert (\\dut.vectors_after == n - 1 - v && \\dut.first_of_tile == (v == 0));
      assert (\\dut.all_accepted == (finished == k));
      if (finished != k) assert (\\dut.tiles_after == k - 1 - finished);
      if (loaded_tiles == k) assert (rows_loaded == 0);
    end else assert (loaded_tiles == begun && rows_loaded == 0);
  end
${assertions}
endmodule
`;
}

const controllerAssertions = ({ rows, columns }: ArrayShape): Record<string, string> => ({
  "each tile's weights transfer whole, and never while the vector before them passes an element": `  always @* begin
    assert (load == loads);
    if (load) assert (running && loaded_tiles == begun && loaded_tiles != k && since == ${rows + columns - 2});
  end`,
  "a tile begins with its own weights complete, has all its vectors, and its last one is reported": `  always @* begin
    assert (accept == takes && swap == (takes && v == 0));
    if (accept) assert (running && advance && finished != k);
    if (swap) assert (loaded_tiles == begun + 1);
    assert (last == (ends_tile && finished == k - 1));
  end`,
  "ready is high for whatever can transfer: there is no deadlock of the controller's own": `  always @* begin
    assert (activation_ready == (running && finished != k && (v != 0 || loaded_tiles == begun + 1) && advance));
    assert (weight_ready == (running && loaded_tiles == begun && loaded_tiles != k && since == ${rows + columns - 2}));
  end`,
});

/** Of the streaming array: its element in the width of its rows, and its controller for any streams. */
export function arrayProperties(given: Readonly<Record<string, unknown>>): Property[] {
  const parameters = streamingArray.complete(given);
  const { activation, rows, columns } = parameters;
  const shape = { rows, columns };
  const base = {
    circuit: "array_controller",
    parameters: { rows, columns },
    subject: arrayController(shape),
    clocked: true,
  };
  const width = sumWidth(parameters);
  return [
    elementProperty({ activation, width }),
    ...skidProperties(8),
    ...Object.entries(controllerAssertions(shape)).map(
      ([name, assertion]): Property => ({
        ...base,
        name,
        checker: controllerChecker(shape, assertion),
      }),
    ),
    ...(rows + columns <= 6
      ? [
          reachable(
            { ...base, name: "", checker: controllerChecker(shape, "") },
            "weights of a second tile transfer while vectors of the first do",
            "load && accept && begun == 1",
          ),
        ]
      : []),
  ];
}
