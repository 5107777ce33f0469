import { codeOf, type Kind, languageCode } from "../../farm/index.ts";
import { estimatePoints, type PointEstimate, type Sweep } from "./sweep.ts";

/** Machines of a piece: some milliseconds of work. */
const pointsOfPiece = 512;

/** The pieces of a sweep. */
export const pointGroups = ({ points, ...rest }: Sweep): Sweep[] =>
  Array.from({ length: Math.ceil(points.length / pointsOfPiece) }, (_, at) => ({
    ...rest,
    points: points.slice(at * pointsOfPiece, (at + 1) * pointsOfPiece),
  }));

/** Estimates of many machines as pieces of work. */
export const estimation: Kind<Sweep, readonly PointEstimate[]> = {
  name: "estimate",
  depends: () => [
    ...["hdl", "src/accelerator/estimate", "src/format", "src/model"].map(codeOf),
    languageCode(),
  ],
  run: async (sweep) => estimatePoints(sweep),
  expected: ({ points }) => points.length / 20_000,
};
