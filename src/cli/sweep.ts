import { InvalidArgumentError } from "commander";
import { parameters } from "../../hdl/parameters.ts";

/** Values of one combination. */
export interface SweepPoint {
  readonly lanes?: number;
  readonly rows?: number;
  readonly bandwidth?: number;
  readonly context?: number;
  readonly batch?: number;
}

const MAX_POINTS = 100_000;

/** What may be swept: names with what reads a value, undefined for what is none. */
export type Axes<T> = Readonly<Record<string, (text: string) => T | undefined>>;

/**
 * Every combination of `lanes=8,16,rows=1,2`; the last name varies fastest.
 *
 * @throws InvalidArgumentError saying what is wrong in it.
 */
export function combinations<T>(text: string, axes: Axes<T>): Readonly<Record<string, T>>[] {
  const names = Object.keys(axes);
  const known = names.join(", ") || "no parameters";
  const values = new Map<string, T[]>();
  let current: string | undefined;
  for (const part of text.split(",")) {
    const [, name, given = part] = /^([a-z]+)=(.*)$/.exec(part) ?? [];
    if (name !== undefined) {
      if (!Object.hasOwn(axes, name) || values.has(name))
        throw new InvalidArgumentError(`${name}: what is swept, each once, is ${known}.`);
      current = name;
      values.set(name, []);
    }
    const value = current === undefined ? undefined : axes[current]?.(given);
    if (current === undefined || value === undefined)
      throw new InvalidArgumentError(
        `${JSON.stringify(part)} is no value of ${current ?? `what is swept: ${known}`}.`,
      );
    const list = values.get(current);
    if (list?.includes(value))
      throw new InvalidArgumentError(`${current} has ${JSON.stringify(given)} twice.`);
    list?.push(value);
  }
  let points: Record<string, T>[] = [{}];
  for (const [name, list] of values) {
    points = points.flatMap((point) => list.map((value) => ({ ...point, [name]: value })));
    if (points.length > MAX_POINTS)
      throw new InvalidArgumentError(`more than ${MAX_POINTS} combinations.`);
  }
  return points;
}

const ofMachine: Axes<number> = {
  lanes: parameters.lanes.parse,
  rows: parameters.rows.parse,
  bandwidth: (text) =>
    Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined,
  context: (text) => whole(text),
  batch: (text) => whole(text),
};

const whole = (text: string): number | undefined =>
  /^[1-9]\d{0,7}$/.test(text) ? Number(text) : undefined;

/** Every machine of `lanes=8,16,rows=1,2,bandwidth=32`. @throws as `combinations`. */
export const parseSweep = (text: string): SweepPoint[] => combinations(text, ofMachine);
