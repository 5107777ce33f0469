import type { PortInfo } from "./ir.ts";
import type { Target } from "./signal.ts";
import type { HardwareType, SignalOf } from "./types.ts";

export type Direction = "input" | "output";

/** One port: a direction, a type and a line for the reader. */
export interface Port<D extends Direction = Direction, T extends HardwareType = HardwareType> {
  readonly direction: D;
  readonly type: T;
  readonly description: string | undefined;
}

/** A bundle: ports by name, nested as deep as one likes; flat names join the path with `_`. */
export interface Bundle {
  readonly [name: string]: Port | Bundle;
}

export const input = <T extends HardwareType>(type: T, description?: string): Port<"input", T> => ({
  direction: "input",
  type,
  description,
});

export const output = <T extends HardwareType>(
  type: T,
  description?: string,
): Port<"output", T> => ({
  direction: "output",
  type,
  description,
});

type Opposite<D extends Direction> = D extends "input" ? "output" : "input";
export type Flipped<P> =
  P extends Port<infer D, infer T>
    ? Port<Opposite<D>, T>
    : { readonly [K in keyof P]: Flipped<P[K]> };

/** The same bundle seen from the other side: inputs become outputs and the reverse. */
export function flip<P extends Bundle>(bundle: P): Flipped<P> {
  const turn = (item: Port | Bundle): Port | Bundle =>
    isPort(item)
      ? { ...item, direction: item.direction === "input" ? "output" : "input" }
      : Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, turn(inner)]));
  return turn(bundle) as Flipped<P>;
}

export const isPort = (item: Port | Bundle): item is Port => typeof item.direction === "string";

/** What a module's body sees: inputs to read, outputs to set. */
export type Io<P> = {
  readonly [K in keyof P]: P[K] extends Port<infer D, infer T>
    ? D extends "input"
      ? SignalOf<T>
      : Target<SignalOf<T>>
    : Io<P[K]>;
};

/** The ports of one direction, as a record of the same shape; bundles without any are left out. */
export type Side<P, D extends Direction, Signals extends "signal" | "operand" | "value"> = {
  -readonly [K in keyof P as Has<P[K], D> extends true ? K : never]: P[K] extends Port<
    Direction,
    infer T
  >
    ? View<T, Signals>
    : Side<P[K], D, Signals>;
};
type Has<P, D extends Direction> =
  P extends Port<infer E>
    ? E extends D
      ? true
      : false
    : true extends { [K in keyof P]: Has<P[K], D> }[keyof P]
      ? true
      : false;
type View<T extends HardwareType, S> = S extends "signal"
  ? SignalOf<T>
  : S extends "operand"
    ? Operand<T>
    : ValueOf<T>;

/** A signal of a type, or a number that fits it. */
export type Operand<T extends HardwareType> =
  | SignalOf<T>
  | (T extends HardwareType<"bool"> ? boolean : number | bigint);

/** A simulated value: a boolean for Bool, otherwise a bigint (exact at every width). */
export type ValueOf<T extends HardwareType> = T extends HardwareType<"bool"> ? boolean : bigint;

export function flattenPorts(bundle: Bundle, path: readonly string[] = []): PortInfo[] {
  return Object.entries(bundle).flatMap(([key, item]) => {
    const here = [...path, key];
    if (!isPort(item)) return flattenPorts(item, here);
    const { direction, type, description } = item;
    return [{ name: here.join("_"), path: here, direction, type, description }];
  });
}

/** A nested record with one value for every port that `choose` does not answer with `undefined`. */
export function mapPorts(
  ports: readonly PortInfo[],
  choose: (port: PortInfo) => unknown,
): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const port of ports) {
    const value = choose(port);
    if (value === undefined) continue;
    let level = root;
    for (const key of port.path.slice(0, -1)) {
      if (!Object.hasOwn(level, key)) level[key] = {};
      level = level[key] as Record<string, unknown>;
    }
    level[port.path.at(-1) ?? port.name] = value;
  }
  return root;
}

/** The value at a port's path in a nested record; `undefined` where there is none. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (level, key) =>
      typeof level === "object" && level !== null && Object.hasOwn(level, key)
        ? (level as Record<string, unknown>)[key]
        : undefined,
    record,
  );
}
