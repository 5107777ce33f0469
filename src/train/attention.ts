import { at } from "@chisel-ts/core";
import type * as Jax from "@jax-js/jax";
import type { RotaryConfig } from "../network/index.ts";
import type { JaxArray } from "./jax.ts";

/** Turns of a rotary embedding at every position of a window, [length, 1, turned elements], in float64 rounded once. */
export interface Rotation {
  /** Elements of a head that are turned: its first. */
  readonly turned: number;
  readonly cosines: JaxArray;
  readonly sines: JaxArray;
}

export function rotation(
  { numpy: np }: typeof Jax,
  { frequencies: short, factor, long }: RotaryConfig,
  length: number,
): Rotation {
  const frequencies = long && length > long.beyond ? long.frequencies : short;
  const [half, turned] = [frequencies.length, 2 * frequencies.length];
  const angles = Float64Array.from(
    { length: length * turned },
    (_, i) => Math.floor(i / turned) * at(frequencies, (i % turned) % half),
  );
  const table = (of: (angle: number) => number): JaxArray =>
    np.array(
      Float32Array.from(angles, (angle) => factor * of(angle)),
      { shape: [length, 1, turned] },
    );
  return { turned, cosines: table(Math.cos), sines: table(Math.sin) };
}

/** Turns vectors [windows, length, heads, head]. @param x consumed, as the tables are */
export function turn(
  { numpy: np }: typeof Jax,
  x: JaxArray,
  { turned, cosines, sines }: Rotation,
): JaxArray {
  const head = x.shape.at(-1) ?? 0;
  const piece = (from: number, to: number): JaxArray => x.ref.slice([], [], [], [from, to]);
  const [first, second] = [piece(0, turned / 2), piece(turned / 2, turned)];
  const front = piece(0, turned).mul(cosines.ref);
  const made = front.add(np.concatenate([second.neg(), first], 3).mul(sines.ref));
  if (turned === head) {
    x.dispose();
    return made;
  }
  const rest = piece(turned, head);
  x.dispose();
  return np.concatenate([made, rest], 3);
}

/** What is added to scores, [length, length]: so little where a position is later, or before the window, that it gets no share. */
export function causalMask(
  { numpy: np }: typeof Jax,
  length: number,
  window: number | null,
): JaxArray {
  const mask = Float32Array.from({ length: length * length }, (_, i) => {
    const [from, to] = [Math.floor(i / length), i % length];
    return to > from || (window !== null && to <= from - window) ? -1e9 : 0;
  });
  return np.array(mask, { shape: [length, length] });
}
