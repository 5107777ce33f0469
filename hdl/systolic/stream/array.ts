import {
  type Bool,
  type Bundle,
  bool,
  circuit,
  concat,
  flip,
  type HardwareType,
  input,
  instance,
  literal,
  type Module,
  module,
  mux,
  output,
  register,
  type SInt,
  type Signal,
  type SignalOf,
  sint,
  type Target,
  uint,
  when,
  wire,
} from "@chisel-ts/core";
import { axiStream } from "../../accelerator/core.ts";
import { skidBuffer } from "../../bus/skid.ts";
import { lanes } from "../../lanes.ts";
import {
  accumulatorBits,
  activationBits,
  type Completed,
  complete,
  type Given,
} from "../../parameters.ts";
import { arrayController } from "./controller.ts";
import { arrayElement } from "./element.ts";

export const arrayNames = ["activation", "rows", "columns"] as const;

export type ArrayParameters = Completed<(typeof arrayNames)[number]>;

const widthOf = ({ activation, rows }: ArrayParameters): number =>
  accumulatorBits({ activation, accumulator: "exact", terms: rows });

/** An AXI4-Stream that comes in, without TLAST: the job says how many beats it has. */
const source = <D extends Bundle>(tdata: D) =>
  flip({
    tvalid: output(bool(), "a beat is offered"),
    tready: input(bool(), "it is taken at this edge"),
    tdata,
  });

const portsOf = (parameters: ArrayParameters) => {
  const { activation, rows, columns } = parameters;
  return {
    start: input(bool(), "begin a job, where none runs"),
    tiles: input(uint(32), "tiles of the job, 1 or more"),
    vectors: input(uint(32), "activation beats of each tile, 1 or more"),
    busy: output(bool(), "a job runs"),
    weight: source(lanes("c", columns, () => output(uint(8), "RF8 code"))),
    activation: source(
      lanes("r", rows, () => output(sint(activationBits(activation)), "activation")),
    ),
    result: axiStream(
      lanes("c", columns, () => output(sint(widthOf(parameters)), "sum")),
      "of the job's results",
    ),
    invalid: output(bool(), "with a result: a weight of it was NaN"),
  };
};

export type ArrayPorts = ReturnType<typeof portsOf>;

/**
 * The weight-stationary systolic array as a stream machine, for many vectors a weight. A job is `tiles` tiles of R × C
 * weights. Of each tile R weight beats are taken, the bottom row's first, and then `vectors` beats of R activations; for each of
 * those a beat of C sums leaves, in order: Σ_r W(weight[r][c])·activation[r]. Weights of a tile are taken while the
 * one before is computed. While a result waits for the sink, the array stands still, from the cycle after on: its readies are
 * registers.
 *
 * @throws CircuitError for a parameter out of range.
 */
export const streamingArray = (given: Given<keyof ArrayParameters> = {}): Module<ArrayPorts> =>
  build(complete(arrayNames, given));

const build = circuit((parameters: ArrayParameters) => {
  const { activation, rows, columns } = parameters;
  const width = widthOf(parameters);
  return module(
    {
      name: "array",
      description: "Systolic array with streams of weights, activations and results",
      parameters: { ...parameters, width },
      latency: rows + columns - 1,
      ports: portsOf(parameters),
    },
    (io) => {
      const move = wire("move", bool());
      const ended = wire("ended", bool());
      const control = instance("controller", arrayController({ rows, columns }), {
        command: { start: io.start, tiles: io.tiles, vectors: io.vectors },
        activation_tvalid: io.activation.tvalid,
        weight_tvalid: io.weight.tvalid,
        ...{ move, ended },
      });
      io.busy.set(control.busy);
      io.weight.tready.set(control.weight_tready);
      io.activation.tready.set(control.activation_tready);

      /** A signal so many moves later, in registers `<name>_<moves>`. */
      const later = <S extends Bool | SInt>(name: string, signal: S, moves: number): S => {
        let delayed: Signal = signal;
        for (let k = 1; k <= moves; k++) {
          const held: Target<SignalOf<HardwareType>> = register(`${name}_${k}`, signal.type, {
            reset: 0,
          });
          const before = delayed;
          when(move, () => (held.set as (value: Signal) => void)(before));
          delayed = held;
        }
        return delayed as S;
      };

      const element = arrayElement({ activation, width });
      let above = Object.values(io.weight.tdata).map((weight) => ({
        weight,
        sum: literal(sint(width), 0) as SInt,
        invalid: literal(bool(), false) as Bool,
      }));
      for (const [r, entering] of Object.values(io.activation.tdata).entries()) {
        // What is not taken is no activation: a sum that nobody sees.
        const taken = mux(control.take, entering, literal(entering.type, 0));
        let left = later(`activation_${r}`, taken, r);
        let swap = later(`swap_${r}`, control.swap, r);
        above = above.map(({ weight, sum, invalid }, c) => {
          const out = instance(`r${r}c${c}`, element, {
            ...{ enable: move, load: control.load, weight_in: weight },
            ...{ activation_in: left, swap_in: swap, sum_in: sum, invalid_in: invalid },
          });
          [left, swap] = [out.activation_out, out.swap_out];
          return { weight: out.weight_out, sum: out.sum_out, invalid: out.invalid_out };
        });
      }
      let invalid: Bool = literal(bool(), false);
      const sums = above.map((column, c) => {
        const moves = columns - 1 - c;
        invalid = invalid.or(later(`invalid_${c}`, column.invalid, moves));
        return later(`sum_${c}`, column.sum, moves);
      });
      const latency = rows + columns - 1;
      const valid = later("taken", control.take, latency);
      const last = later("last", control.last, latency);
      const out = instance("results", skidBuffer({ width: width * columns + 2 }), {
        source_valid: valid,
        source_bits: concat(invalid.and(valid), last, ...[...sums].reverse()),
        sink_ready: io.result.tready,
      });
      move.set(out.source_ready);
      const bits = out.sink_bits;
      io.result.tvalid.set(out.sink_valid);
      io.result.tlast.set(bits.bit(width * columns));
      io.invalid.set(bits.bit(width * columns + 1));
      Object.values(io.result.tdata).forEach((sum, c) => {
        sum.set(bits.bits(width * c + width - 1, width * c).asSInt());
      });
      ended.set(out.sink_valid.and(bits.bit(width * columns)).and(io.result.tready));
    },
  );
});
