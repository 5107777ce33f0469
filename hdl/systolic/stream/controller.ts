import {
  bool,
  circuit,
  input,
  type Module,
  module,
  mux,
  output,
  register,
  uint,
  when,
} from "@chisel-ts/core";
import { counterBits } from "../../accelerator/parameters.ts";

export interface ArrayShape {
  readonly rows: number;
  readonly columns: number;
}

const flag = {
  in: (description: string) => input(bool(), description),
  out: (description: string) => output(bool(), description),
};

const ports = {
  command: {
    start: flag.in("begin a job, where none runs"),
    tiles: input(uint(32), "tiles of the job, 1 or more"),
    vectors: input(uint(32), "activation beats of each tile, 1 or more"),
  },
  activation_tvalid: flag.in("activations are offered"),
  activation_tready: flag.out("they are taken at this edge"),
  weight_tvalid: flag.in("weights are offered"),
  weight_tready: flag.out("they are taken at this edge"),
  move: flag.in("sums and activations move at this edge"),
  ended: flag.in("the job's last result is taken at this edge"),
  busy: flag.out("a job runs"),
  load: flag.out("weights are taken"),
  take: flag.out("activations are taken"),
  swap: flag.out("they are the first of a tile"),
  last: flag.out("they are the job's last"),
};

export type ArrayControllerPorts = typeof ports;

/**
 * The streaming array's controller. Weights of a tile are taken while the one before is computed, once its first
 * vector has passed every element; a tile's first vector is taken once its weights are complete.
 */
export const arrayController = (shape: ArrayShape): Module<ArrayControllerPorts> => build(shape);

const build = circuit(({ rows, columns }: ArrayShape) => {
  const wave = rows + columns - 2;
  return module(
    {
      name: "array_controller",
      description: "Controller of the streaming array",
      parameters: { rows, columns },
      ports,
    },
    (io) => {
      const busy = register("running", bool(), { reset: 0 });
      const loaded = register("loaded", uint(counterBits(rows)), { reset: 0 });
      const tilesToLoad = register("tiles_to_load", uint(32), { reset: 0 });
      const tilesAfter = register("tiles_after", uint(32), { reset: 0 });
      const perTile = register("vectors_per_tile", uint(32), { reset: 0 });
      const vectorsAfter = register("vectors_after", uint(32), { reset: 0 });
      const first = register("first_of_tile", bool(), { reset: 0 });
      const done = register("all_taken", bool(), { reset: 0 });
      const passing = register("passing", uint(counterBits(wave)), { reset: 0 });

      const full = loaded.eq(rows);
      const weightReady = busy.and(full.not()).and(passing.eq(0)).and(tilesToLoad.ne(0));
      const load = weightReady.and(io.weight_tvalid);
      const activationReady = busy.and(done.not()).and(first.not().or(full)).and(io.move);
      const take = activationReady.and(io.activation_tvalid);
      const swap = take.and(first);
      const endsTile = take.and(vectorsAfter.eq(0));

      when(swap, () => loaded.set(0)).elsewhen(load, () => loaded.set(loaded.addWrap(1)));
      when(load.and(loaded.eq(rows - 1)), () => tilesToLoad.set(tilesToLoad.subWrap(1)));
      when(take, () => {
        first.set(vectorsAfter.eq(0));
        vectorsAfter.set(mux(vectorsAfter.ne(0), vectorsAfter.subWrap(1), perTile));
      });
      when(endsTile, () => {
        tilesAfter.set(tilesAfter.subWrap(1));
        done.set(tilesAfter.eq(0));
      });
      when(swap, () => passing.set(wave)).elsewhen(io.move.and(passing.ne(0)), () =>
        passing.set(passing.subWrap(1)),
      );
      when(io.ended, () => busy.set(false));
      const fits = io.command.tiles.ne(0).and(io.command.vectors.ne(0));
      when(io.command.start.and(busy.not()).and(fits), () => {
        busy.set(true);
        done.set(false);
        first.set(true);
        tilesToLoad.set(io.command.tiles);
        tilesAfter.set(io.command.tiles.subWrap(1));
        perTile.set(io.command.vectors.subWrap(1));
        vectorsAfter.set(io.command.vectors.subWrap(1));
      });

      io.busy.set(busy);
      io.activation_tready.set(activationReady);
      io.weight_tready.set(weightReady);
      io.load.set(load);
      io.take.set(take);
      io.swap.set(swap);
      io.last.set(endsTile.and(tilesAfter.eq(0)));
    },
  );
});
