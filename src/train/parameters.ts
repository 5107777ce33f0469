/** The values of every parameter by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

type Shapes = ReadonlyMap<string, readonly number[]>;

const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const parameterCount = (shapes: Shapes): number =>
  [...shapes.values()].reduce((sum, shape) => sum + elements(shape), 0);

/** Memory for all parameters, one after the other, that workers share. */
export const sharedMemory = (shapes: Shapes): SharedArrayBuffer =>
  new SharedArrayBuffer(4 * parameterCount(shapes));

/** The parameters that such memory holds. */
export function parametersIn(memory: SharedArrayBuffer, shapes: Shapes): Weights {
  let start = 0;
  return new Map(
    [...shapes].map(([name, shape]) => {
      const values = new Float32Array(memory, 4 * start, elements(shape));
      start += values.length;
      return [name, values];
    }),
  );
}

/** Copies values of the same names. */
export function copyTo(target: Weights, from: Weights): void {
  for (const [name, values] of target) values.set(from.get(name) ?? []);
}
