import { bitsFor, bool, input, mux, output, register, uint, when } from "@chisel-ts/core";
import { circuit, type ValuesOf } from "../../circuit.ts";
import { parameters } from "../../parameters.ts";

const { rows, columns } = parameters;

/**
 * The streaming array's controller. It accepts a tile's weights while the tile before is computed, once the first
 * vector of that one has passed every element; it accepts a tile's first vector once its weights are complete.
 */
export const arrayController = circuit({
  name: "array_controller",
  description: "Controller of the streaming array",
  parameters: { rows, columns },
  ports: () => ({
    command: {
      start: input(bool(), "start a job; ignored while one runs"),
      tiles: input(uint(32), "number of tiles of the job, 1 or more"),
      vectors: input(uint(32), "activation beats of each tile, 1 or more"),
    },
    activation_tvalid: input(bool(), "the activation beat is valid"),
    activation_tready: output(bool(), "ready for the activation beat"),
    weight_tvalid: input(bool(), "the weight beat is valid"),
    weight_tready: output(bool(), "ready for the weight beat"),
    advance: input(bool(), "clock enable of activations and sums in the array"),
    ended: input(bool(), "the last result of the job transfers"),
    busy: output(bool(), "a job is running"),
    load: output(bool(), "the weight beat transfers: shift it into the array"),
    accept: output(bool(), "the activation beat transfers"),
    swap: output(bool(), "the activation beat that transfers is the first of a tile"),
    last: output(bool(), "the activation beat that transfers is the last of the job"),
  }),
  build(io, { rows, columns }) {
    const wave = rows + columns - 2;
    const busy = register("running", bool(), { reset: 0 });
    const loaded = register("loaded", uint(bitsFor(rows)), { reset: 0 });
    const tilesToLoad = register("tiles_to_load", uint(32), { reset: 0 });
    const tilesAfter = register("tiles_after", uint(32), { reset: 0 });
    const perTile = register("vectors_per_tile", uint(32), { reset: 0 });
    const vectorsAfter = register("vectors_after", uint(32), { reset: 0 });
    const first = register("first_of_tile", bool(), { reset: 0 });
    const done = register("all_accepted", bool(), { reset: 0 });
    const passing = register("passing", uint(bitsFor(wave)), { reset: 0 });

    const full = loaded.eq(rows);
    const weightReady = busy.and(full.not()).and(passing.eq(0)).and(tilesToLoad.ne(0));
    const load = weightReady.and(io.weight_tvalid);
    const activationReady = busy.and(done.not()).and(first.not().or(full)).and(io.advance);
    const accept = activationReady.and(io.activation_tvalid);
    const swap = accept.and(first);
    const endsTile = accept.and(vectorsAfter.eq(0));

    when(swap, () => loaded.set(0)).elsewhen(load, () => loaded.set(loaded.addWrap(1)));
    when(load.and(loaded.eq(rows - 1)), () => tilesToLoad.set(tilesToLoad.subWrap(1)));
    when(accept, () => {
      first.set(vectorsAfter.eq(0));
      vectorsAfter.set(mux(vectorsAfter.ne(0), vectorsAfter.subWrap(1), perTile));
    });
    when(endsTile, () => {
      tilesAfter.set(tilesAfter.subWrap(1));
      done.set(tilesAfter.eq(0));
    });
    when(swap, () => passing.set(wave)).elsewhen(io.advance.and(passing.ne(0)), () =>
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
    io.accept.set(accept);
    io.swap.set(swap);
    io.last.set(endsTile.and(tilesAfter.eq(0)));
  },
});

export type ArrayShape = ValuesOf<typeof arrayController.parameters>;
