/** Lanes that rows were streamed for. */
export const poweredLanes = [1, 2, 4, 8, 16] as const;

/**
 * pJ of a row of so many lanes and its part of the result queue in the generic technology, in a cycle of work and of the clock's
 * pins in every cycle, as `measureRowEnergy` finds them; a test measures some again.
 */
export const rowEnergyTable = {
  int8: {
    rf8: {
      data: [1.2791, 2.097, 3.3702, 5.6679, 10.062],
      clock: [4.0743, 4.1472, 4.2849, 4.5522, 5.0787],
    },
    int8: {
      data: [1.4027, 2.0374, 3.1811, 5.4042, 9.7911],
      clock: [3.2886, 3.3615, 3.4992, 3.7665, 4.293],
    },
    e4m3: {
      data: [1.2983, 2.1622, 3.4891, 5.8794, 10.421],
      clock: [3.9447, 4.0176, 4.1553, 4.4226, 4.9491],
    },
    e5m2: {
      data: [1.3203, 2.3431, 4.0024, 6.843, 11.927],
      clock: [4.8843, 4.9572, 5.0949, 5.3622, 5.8887],
    },
  },
  int16: {
    rf8: {
      data: [1.9543, 3.0063, 4.836, 8.1967, 14.734],
      clock: [4.5927, 4.6656, 4.8033, 5.0706, 5.5971],
    },
    int8: {
      data: [2.2009, 3.2048, 5.1548, 8.9764, 16.516],
      clock: [3.807, 3.8799, 4.0176, 4.2849, 4.8114],
    },
    e4m3: {
      data: [1.9906, 3.1738, 5.1463, 8.7813, 15.899],
      clock: [4.4631, 4.536, 4.6737, 4.941, 5.4675],
    },
    e5m2: {
      data: [2.0286, 3.4047, 5.6688, 9.5561, 16.886],
      clock: [5.4675, 5.5404, 5.6781, 5.9454, 6.4719],
    },
  },
} as const;

/** pJ a cycle of the clock's pins of what there is once, as `measureControlClock` finds it. */
export const controlClock = 2.8026;

/** The same of an element of the streaming array, by `measuredLanes` of its rows, as `measureElementEnergy` finds it. */
export const elementEnergyTable = {
  int8: {
    data: [0.55196, 0.56764, 0.58931, 0.59648, 0.61307, 0.63567, 0.65155],
    clock: [0.4374, 0.4455, 0.4536, 0.4617, 0.4698, 0.4779, 0.486],
  },
  int16: {
    data: [0.88099, 0.89498, 0.91281, 0.93087, 0.95289, 0.96578, 0.97464],
    clock: [0.567, 0.5751, 0.5832, 0.5913, 0.5994, 0.6075, 0.6156],
  },
} as const;
