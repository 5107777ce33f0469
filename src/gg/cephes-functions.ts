/** The part of cephes in use: float64 functions, errors of a few units in the last place. */
export interface Cephes {
  /** ln |Γ(x)|. */
  lgam(x: number): number;
  /** The regularized incomplete gamma function P(a, x), and Q = 1 − P. */
  igam(a: number, x: number): number;
  igamc(a: number, x: number): number;
  /** The x at which Q(a, x) = q. */
  igami(a: number, q: number): number;
  /** The error function. */
  erf(x: number): number;
}
