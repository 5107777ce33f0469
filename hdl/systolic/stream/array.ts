import {
  bool,
  delay,
  flip,
  input,
  instance,
  literal,
  mux,
  output,
  queue,
  sint,
  uint,
  vec,
  wire,
} from "@chisel-ts/core";
import { axiStream, axiStreamWithLast } from "../../bus/axi-stream.ts";
import { circuit } from "../../circuit.ts";
import { activationBits } from "../../parameters.ts";
import { sumWidth, systolicParameters } from "../systolic.ts";
import { arrayController } from "./controller.ts";
import { arrayElement } from "./element.ts";

/**
 * The weight-stationary systolic array with streams, for many vectors a weight. A job is `tiles` tiles of R × C
 * weights. A tile is R weight beats, the bottom row's first, and then `vectors` beats of R activations; each of those gives a
 * beat of C sums, in order: Σ_r W(weight[r][c])·activation[r]. The weights of a tile load while the tile before is
 * computed. While a result waits for the sink, the array stands still, from the next cycle on: its readies are
 * registers.
 *
 * @throws CircuitError for a parameter out of range.
 *
 * @example
 * console.log(streamingArray({ rows: 2, columns: 2 }).clocked); // true
 */
export const streamingArray = circuit({
  name: "array",
  description: "systolic array with streams of weights, activations and results",
  headline: () => "Systolic array with streams of weights, activations and results",
  parameters: systolicParameters,
  derived: (all) => ({ width: sumWidth(all) }),
  latency: ({ rows, columns }) => rows + columns - 1,
  ports({ activation, rows, columns, width }) {
    const x = sint(activationBits(activation));
    const sum = sint(width);
    return {
      start: input(bool(), "start a job; ignored while one runs"),
      tiles: input(uint(32), "number of tiles of the job, 1 or more"),
      vectors: input(uint(32), "activation beats of each tile, 1 or more"),
      busy: output(bool(), "a job is running"),
      weight: flip(
        axiStream(
          "weight",
          vec(columns, (c) => output(uint(8), `weight of column ${c}, RF8 code`)),
        ),
      ),
      activation: flip(
        axiStream(
          "activation",
          vec(rows, (r) => output(x, `signed activation of row ${r}`)),
        ),
      ),
      result: axiStreamWithLast(
        "result",
        vec(columns, (c) => output(sum, `dot product of column ${c}`)),
      ),
      invalid: output(bool(), "a weight in the sums of the result beat is NaN"),
    };
  },
  build(io, { activation, rows, columns, width }) {
    const advance = wire("advance", bool());
    const ended = wire("ended", bool());
    const control = instance("controller", arrayController({ rows, columns }), {
      command: { start: io.start, tiles: io.tiles, vectors: io.vectors },
      activation_tvalid: io.activation.tvalid,
      weight_tvalid: io.weight.tvalid,
      advance,
      ended,
    });
    io.busy.set(control.busy);
    io.weight.tready.set(control.weight_tready);
    io.activation.tready.set(control.activation_tready);

    const element = arrayElement({ activation, width });
    let above = io.weight.tdata.map((weight) => ({
      weight,
      sum: literal(sint(width), 0),
      invalid: literal(bool(), false),
    }));
    for (const [r, beat] of [...io.activation.tdata].entries()) {
      // Zeros enter where no beat transfers; nobody reads their sums.
      const entry = mux(control.accept, beat, literal(beat.type, 0));
      let activation_in = delay(`activation_${r}`, entry, r, advance);
      let swap_in = delay(`swap_${r}`, control.swap, r, advance);
      above = above.map(({ weight, sum, invalid }, c) => {
        const out = instance(`r${r}c${c}`, element, {
          enable: advance,
          load: control.load,
          weight_in: weight,
          activation_in,
          swap_in,
          sum_in: sum,
          invalid_in: invalid,
        });
        activation_in = out.activation_out;
        swap_in = out.swap_out;
        return { weight: out.weight_out, sum: out.sum_out, invalid: out.invalid_out };
      });
    }
    // Column 0 is complete first: the others' sums wait for the last.
    const aligned = above.map(({ sum, invalid }, c) => ({
      sum: delay(`sum_${c}`, sum, columns - 1 - c, advance),
      invalid: delay(`invalid_${c}`, invalid, columns - 1 - c, advance),
    }));
    const { valid, last } = delay(
      "beat",
      { valid: control.accept, last: control.last },
      rows + columns - 1,
      advance,
    );
    const anyInvalid = aligned.map(({ invalid }) => invalid).reduceTree((a, b) => a.or(b));
    // One word of buffer: `advance` is a register, and no path leads from the sink into the array.
    const result = { sum: vec(columns, sint(width)), invalid: bool(), last: bool() };
    const { source, sink } = instance("results", queue({ type: result, depth: 1, flow: true }), {
      source: {
        valid,
        bits: { sum: aligned.map(({ sum }) => sum), invalid: anyInvalid.and(valid), last },
      },
      sink: { ready: io.result.tready },
    });
    advance.set(source.ready);
    io.result.tvalid.set(sink.valid);
    io.result.tlast.set(sink.bits.last);
    io.result.tdata.set(sink.bits.sum);
    io.invalid.set(sink.bits.invalid);
    ended.set(sink.valid.and(sink.bits.last).and(io.result.tready));
  },
});
