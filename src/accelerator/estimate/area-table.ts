/** Lanes that rows were synthesized for. */
export const measuredLanes = [1, 2, 4, 8, 16, 32, 64] as const;

/**
 * Gate equivalents of an accelerator's rows, and of what there is once (at 16 lanes), as `measureAcceleratorArea` finds them; a test
 * measures some of them again.
 */
export const areaTable = {
  int8: { rows: [6488, 7039, 7965, 10002, 13953, 21890, 37788], control: 3446 },
  int16: { rows: [7278, 8039, 9491, 12423, 18173, 29681, 52808], control: 3446 },
} as const;

/** Gate equivalents of an element of the streaming array, by the rows of the array: its sum widens with them. */
export const elementTable = {
  int8: [862, 883, 902, 906, 922, 949, 963],
  int16: [1220, 1236, 1251, 1273, 1293, 1307, 1319],
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
