/** E(V) = a V² + b V + c of a node, in the publication's unit; what counts are ratios. */
interface EnergyFactor {
  readonly volts: number;
  readonly polynomial: readonly [a: number, b: number, c: number];
}

const factorOf = ({ volts, polynomial: [a, b, c] }: EnergyFactor): number =>
  (a * volts + b) * volts + c;

/**
 * Energy of an operation by node and voltage: the polynomials of A. Stillmaker and B. Baas, "Scaling equations for the accurate
 * prediction of CMOS device performance from 180 nm to 7 nm", Integration 58, 2017, table 5 (high performance), fitted to
 * simulations of predictive models; read as quoted elsewhere, 65 and 32 nm also in the authors' erratum. Voltages are those
 * models' nominal ones.
 */
const factors = {
  "65nm": { volts: 1.1, polynomial: [3.755, -4.398, 1.975] },
  "32nm": { volts: 0.9, polynomial: [0.8367, -0.4341, 0.1701] },
  "20nm": { volts: 0.9, polynomial: [0.373, -0.1582, 0.04104] },
  "16nm": { volts: 0.85, polynomial: [0.2958, -0.1241, 0.03024] },
  "14nm": { volts: 0.8, polynomial: [0.2363, -0.09675, 0.02239] },
  "10nm": { volts: 0.75, polynomial: [0.2068, -0.09311, 0.02375] },
} as const satisfies Readonly<Record<string, EnergyFactor>>;

const polynomial45 = [1.018, -0.3107, 0.1539] as const;

/** A node that figures of 45 nm are scaled to. */
export interface Scaling {
  readonly name: string;
  readonly node: string;
  readonly voltage: number;
  /** Energy there over energy at 45 nm. */
  readonly ratio: number;
  readonly scaling: string;
}

/** What figures of 45 nm at a voltage are to be multiplied with. */
export function scalings(volts: number): Scaling[] {
  const from = factorOf({ volts, polynomial: polynomial45 });
  return Object.entries(factors).map(([name, factor]) => {
    const ratio = factorOf(factor) / from;
    return {
      name,
      node: name.replace("nm", " nm"),
      voltage: factor.volts,
      ratio,
      scaling: `from 45 nm at ${volts} V × ${ratio.toPrecision(3)} by A. Stillmaker, B. Baas, Integration 58, 2017`,
    };
  });
}
