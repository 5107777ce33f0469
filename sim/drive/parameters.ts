// Checks what models have beside their ports: latencies, sizes, the signal that ends a run.

import type { ir } from "@chisel-ts/core";
import { elementBytes } from "../column.ts";
import { noSignal, typeOfSignal } from "../signals.ts";
import type { BurstMemory, MemoryModel } from "./memories.ts";
import type { Until } from "./models.ts";

type PortsByName = ReadonlyMap<string, ir.PortInfo>;

/** @throws RangeError unless a value, by its name, is a whole number from the first to the last. */
function checkWhole(
  model: string,
  named: Readonly<Record<string, number>>,
  [first, last]: readonly [number, number],
): void {
  for (const [what, value] of Object.entries(named))
    if (!(Number.isInteger(value) && value >= first && value <= last))
      throw new RangeError(
        `${model}: ${what} is ${value}; a whole number from ${first} to ${last} is needed`,
      );
}

export function checkBurst(
  name: string,
  { data, bytes, latency, interval, outstanding, patience = 1 }: BurstMemory,
  ports: PortsByName,
): void {
  checkWhole(name, { bytes }, [0, 2 ** 32 - 1]);
  checkWhole(name, { latency }, [0, 2 ** 30]);
  checkWhole(name, { outstanding }, [1, 2 ** 16]);
  checkWhole(name, { patience }, [1, 2 ** 30]);
  if (!(typeof interval === "number" && interval >= 1 && interval <= 2 ** 30))
    throw new RangeError(
      `${name}: interval is ${interval}; a number from 1 to ${2 ** 30} is needed`,
    );
  const width = ports.get(data.bits)?.type.width ?? 0;
  if (width !== 8 * elementBytes(width))
    throw new RangeError(
      `${name}: ${data.bits} has ${width} bits; a beat is 1, 2, 4 or a multiple of 8 bytes`,
    );
}

export function checkUntil(
  name: string,
  { signal, values }: Until,
  {
    module,
    ports,
    watch,
  }: {
    readonly module: ir.ModuleIr;
    readonly ports: PortsByName;
    readonly watch: readonly string[];
  },
): void {
  const type = typeOfSignal(module, signal);
  if (!type) throw noSignal(module, signal);
  if (ports.get(signal)?.direction !== "output" && !watch.includes(signal))
    throw new RangeError(`${name}: ${signal} of ${module.name} is neither an output nor in watch`);
  if (type.width > 32)
    throw new RangeError(
      `${name}: ${signal} of ${module.name} has ${type.width} bits, at most 32 bits are needed`,
    );
  if (!Array.isArray(values) || values.length === 0)
    throw new RangeError(`${name}: values is a list of the values that end a run`);
  for (const value of values) checkWhole(name, { value }, [0, 2 ** type.width - 1]);
}

export function checkMemory(
  name: string,
  { request, response, latency, interval, outstanding }: MemoryModel,
  ports: PortsByName,
): void {
  checkWhole(name, { latency }, [1, 2 ** 30]);
  checkWhole(name, { interval }, [1, 2 ** 30]);
  checkWhole(name, { outstanding }, [1, 2 ** 16]);
  if ((request.write === undefined) !== (request.data === undefined))
    throw new RangeError(`${name}: a memory that is written has write and data`);
  const widths = (names: readonly string[]): string =>
    names.map((port) => ports.get(port)?.type.width).join();
  if (request.data && widths(request.data) !== widths(response.data))
    throw new RangeError(
      `${name}: the words written have the widths ${widths(request.data)}, those read ${widths(response.data)}`,
    );
}
