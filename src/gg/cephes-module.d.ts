/** The part in use of cephes' ES module, which its package declares no types for. */
declare module "cephes" {
  export const compiled: Promise<void>;
  export const lgam: (x: number) => number;
  export const igam: (a: number, x: number) => number;
  export const igamc: (a: number, x: number) => number;
  export const igami: (a: number, q: number) => number;
  export const erf: (x: number) => number;
}
