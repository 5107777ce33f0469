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

const POINTS_MOST = 100_000;

/** What each may be; undefined where it may not. */
const axes: Readonly<Record<keyof SweepPoint, (text: string) => number | undefined>> = {
  lanes: parameters.lanes.parse,
  rows: parameters.rows.parse,
  bandwidth: (text) =>
    Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined,
  context: (text) => whole(text),
  batch: (text) => whole(text),
};

const whole = (text: string): number | undefined =>
  /^[1-9]\d{0,7}$/.test(text) ? Number(text) : undefined;

const isAxis = (name: string): name is keyof SweepPoint => Object.hasOwn(axes, name);

/** Every combination of `lanes=8,16,rows=1,2`. @throws InvalidArgumentError saying what is wrong in it. */
export function parseSweep(text: string): SweepPoint[] {
  const values = new Map<keyof SweepPoint, number[]>();
  let current: keyof SweepPoint | undefined;
  for (const part of text.split(",")) {
    const [, name, given = part] = /^([a-z]+)=(.*)$/.exec(part) ?? [];
    if (name !== undefined) {
      if (!isAxis(name) || values.has(name))
        throw new InvalidArgumentError(
          `${name}: lanes, rows and bandwidth are swept, and context and batch, each once.`,
        );
      current = name;
      values.set(name, []);
    }
    const value = current && axes[current](given);
    if (current === undefined || value === undefined)
      throw new InvalidArgumentError(
        `${JSON.stringify(part)} is no value of ${current ?? "lanes, rows, bandwidth, context or batch"}.`,
      );
    values.get(current)?.push(value);
  }
  let points: SweepPoint[] = [{}];
  for (const [name, list] of values) {
    points = points.flatMap((point) => list.map((value) => ({ ...point, [name]: value })));
    if (points.length > POINTS_MOST)
      throw new InvalidArgumentError(`more than ${POINTS_MOST} combinations.`);
  }
  return points;
}
