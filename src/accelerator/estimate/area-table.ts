/** Lanes that rows were synthesized for. */
export const measuredLanes = [1, 2, 4, 8, 16, 32, 64] as const;

/** Gate equivalents of a row of the accelerator, as `measureRowArea` finds them; a test measures some of them again. */
export const rowAreaTable = {
  int8: {
    rf8: [6488, 7039, 7965, 10002, 13953, 21890, 37788],
    int8: [5679, 6138, 7074, 9005, 12919, 20693, 36195],
    e4m3: [6378, 7011, 8102, 10349, 14697, 23565, 41227],
    e5m2: [7578, 8318, 9532, 12051, 17015, 26855, 46564],
  },
  int16: {
    rf8: [7278, 8039, 9491, 12423, 18173, 29681, 52808],
    int8: [6544, 7337, 8959, 12273, 18887, 32001, 58254],
    e4m3: [7258, 8149, 9874, 13352, 20216, 33936, 61469],
    e5m2: [8726, 9693, 11452, 15007, 22016, 35931, 63941],
  },
} as const;

/** Gate equivalents of what an accelerator has once, as `measureControlArea` finds it for 16 lanes. */
export const controlArea = 3449;

/** Gate equivalents of an element of the streaming array, by the rows of the array: its sum widens with them. */
export const elementTable = {
  int8: [862, 883, 902, 906, 922, 949, 963],
  int16: [1220, 1236, 1251, 1273, 1293, 1307, 1319],
} as const;

/** Areas of a format's MAC over RF8's (reports/compare.csv, goal area), which an array's elements are. A test compares them. */
export const macAreaRatios = {
  int8: { int8: 0.846, e4m3: 1.025, e5m2: 1.26 },
  int16: { int8: 0.976, e4m3: 1.081, e5m2: 1.227 },
} as const;

/**
 * Gate equivalents a weight of the decoder for weights of 4 to 7 bits, 64 weights from beats of 512 bits, with the palette hard-wired or
 * in registers, as `measureDecoderArea` finds them for the palettes of a test.
 */
export const decoderTable: Readonly<
  Record<number, { readonly wired: number; readonly stream: number }>
> = {
  4: { wired: 76, stream: 164 },
  5: { wired: 168, stream: 353 },
  6: { wired: 165, stream: 542 },
  7: { wired: 239, stream: 998 },
};
