import type { Windows } from "./batches.ts";
import type { Device } from "./device.ts";

/** Tokens of a part: enough that products are fast, and few enough that memory stays small. */
const partTokens: Readonly<Record<Device, number>> = { wasm: 512, webgpu: 2048 };

/** How many windows of a batch go through the network at a time: a divisor of their number, so that all parts are alike. */
export function windowsAtOnce(count: number, context: number, device: Device): number {
  let maximum = Math.min(count, Math.max(1, Math.floor(partTokens[device] / context)));
  while (count % maximum !== 0) maximum -= 1;
  return maximum;
}

/** The windows of a batch in parts of equal size. */
export function partsOf({ tokens, length }: Windows, context: number, device: Device): Windows[] {
  const count = tokens.length / length;
  const size = windowsAtOnce(count, context, device) * length;
  return Array.from({ length: tokens.length / size }, (_, i) => ({
    tokens: tokens.slice(i * size, (i + 1) * size),
    length,
  }));
}
