// Groups the signals of a wave by the instances in their names.

import type { Wave, WaveSignal } from "./wave.ts";

/** A module of the wave: its own signals and the modules inside, both in order of appearance. */
export interface Scope {
  readonly signals: Map<string, WaveSignal>;
  readonly scopes: Map<string, Scope>;
}

const emptyScope = (): Scope => ({ signals: new Map(), scopes: new Map() });

/** The hierarchy that the dots of the names state. A signal and a scope may share a name. */
export function hierarchyOf(wave: Wave): Scope {
  const top = emptyScope();
  for (const signal of wave.signals) {
    const path = signal.name.split(".");
    const name = path.pop() ?? "";
    let scope = top;
    for (const part of path) {
      const inner = scope.scopes.get(part) ?? emptyScope();
      scope.scopes.set(part, inner);
      scope = inner;
    }
    scope.signals.set(name, signal);
  }
  return top;
}
