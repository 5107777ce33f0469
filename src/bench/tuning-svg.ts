import { labelled, picture, seriesOf } from "../chart/index.ts";
import type { TuningRow } from "./tuning.ts";

/** What of a row is drawn. */
export type TuningPoint = Pick<TuningRow, "method" | "kappa" | "kl" | "entropy_bits">;

/** Bits a weight against the divergence that they cost: a line for each kind of BackSlash, a point for every other method. */
export function tuningSvg(rows: readonly TuningPoint[]): string {
  const points = rows
    .filter(({ kl }) => kl > 0)
    .map(({ method, kappa, entropy_bits, kl }) => ({
      series: method,
      x: entropy_bits,
      y: kl,
      ...(kappa !== null && { note: `${method}, κ ${kappa}` }),
    }));
  const panel = labelled({
    heading: "KL over bits",
    points,
    series: seriesOf(points.map(({ series }) => series)),
    width: 640,
    height: 360,
    x: { label: "entropy at steps of 2⁻⁷, bits a weight" },
    y: { label: "KL from the network as it was, nats a token", type: "log" },
  });
  const title = "What bits a weight cost, going on with a trained network";
  return picture({ title, panels: [panel], columns: 1 });
}
