// Builds the sealed objects `in` and `out` from a module's ports.

import type { ir } from "@chisel-ts/core";
import { listed } from "./signals.ts";

/** How the ports of one direction are read and, inputs, written. */
export interface Access {
  get(port: ir.PortInfo): unknown;
  set(port: ir.PortInfo, value: unknown): void;
}

type Level = Record<string, unknown>;

/** What the runtime and printers ask of any object, beside what every object has. */
const probes: ReadonlySet<string> = new Set(["then", "toJSON", "$$typeof", "nodeType", "tagName"]);

/**
 * The ports of one direction as nested properties. A name that is no port is refused, read or written: reads
 * and writes of ports find a property of the object's own, everything else comes to its prototype, which
 * throws.
 */
export function sideOf(
  module: ir.ModuleIr,
  direction: "input" | "output",
  access: Access,
): Record<string, unknown> {
  const root: Level = {};
  const levels = [{ level: root, path: [] as readonly string[] }];
  for (const port of module.portList.filter((item) => item.direction === direction)) {
    let level = root;
    port.path.slice(0, -1).forEach((key, depth) => {
      if (!Object.hasOwn(level, key)) {
        const path = port.path.slice(0, depth + 1);
        const inner: Level = {};
        define(
          level,
          key,
          () => inner,
          () => {
            throw new RangeError(
              `${path.join(".")} of ${module.name} is a bundle of ${Object.keys(inner).join(", ")}: set those`,
            );
          },
        );
        levels.push({ level: inner, path });
      }
      level = level[key] as Level;
    });
    define(
      level,
      port.path.at(-1) ?? port.name,
      () => access.get(port),
      (value) => access.set(port, value),
    );
  }
  for (const { level, path } of levels) {
    Object.setPrototypeOf(level, refusal(module, direction, level, path));
    Object.preventExtensions(level);
  }
  return root;
}

function define(
  level: Level,
  key: string,
  get: () => unknown,
  set: (value: unknown) => void,
): void {
  Object.defineProperty(level, key, { enumerable: true, get, set });
}

/** The prototype of a level: it has what every object has, and throws for anything else. */
function refusal(
  module: ir.ModuleIr,
  direction: "input" | "output",
  level: Level,
  path: readonly string[],
): object {
  const refuse = (key: string | symbol): never => {
    const place = [...path, String(key)];
    const there = listed(direction, Object.keys(level), 20);
    const within = path.length === 0 ? "it" : path.join(".");
    const other = module.portList.find((port) => port.path.join(".") === place.join("."));
    const hint = other && other.direction !== direction ? `, which is an ${other.direction}` : "";
    throw new RangeError(
      `${module.name} has no ${direction} ${place.join(".")}${hint}; ${within} has ${there}`,
    );
  };
  return new Proxy(Object.freeze({}), {
    get: (target, key, receiver) =>
      typeof key === "symbol" || key in target || probes.has(key)
        ? Reflect.get(target, key, receiver)
        : refuse(key),
    set: (_target, key) => refuse(key),
  });
}
