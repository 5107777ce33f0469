import { Signal } from "@chisel-ts/core";

/** Signals by name, nested as ports are. */
type Signals = { readonly [name: string]: Signal | Signals };

/** Drives the targets that have the names of given signals. */
export function connect(targets: object, signals: Signals): void {
  for (const [name, signal] of Object.entries(signals)) {
    const target = (targets as Readonly<Record<string, object>>)[name];
    if (!target) throw new RangeError(`there is no target ${name}`);
    if (signal instanceof Signal) (target as { set(value: Signal): void }).set(signal);
    else connect(target, signal);
  }
}
