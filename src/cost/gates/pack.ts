import { vectorBytes } from "./compile.ts";
import type { Lane, Stimulus } from "./lanes.ts";

/** A port and how many bits it has. */
export interface PackedPort {
  readonly name: string;
  readonly width: number;
}

/** The steps that are packed. */
interface Steps {
  readonly ports: readonly PackedPort[];
  readonly stimulus: Stimulus;
  readonly lanes: readonly Lane[];
  /** The step of a lane that the first record is of. */
  readonly from: number;
  readonly count: number;
}

/**
 * Writes the records of some steps, one after the other: which lanes count, then each bit of each port, a bit a lane. Eight lanes
 * and eight bits of a port are transposed at a time.
 *
 * @param records zeros, `count` records of the mask and all bits
 */
export function packRecords(
  records: Uint8Array,
  { ports, stimulus: { columns, cycles }, lanes, from, count }: Steps,
): void {
  const recordBytes = vectorBytes * (1 + ports.reduce((bits, { width }) => bits + width, 0));
  const cycle = new Int32Array(8);
  const last = new Int32Array(8);
  for (let first = 0; first < lanes.length; first += 8) {
    const group = first >> 3;
    last.fill(0);
    for (let at = 0; at < 8; at++) {
      const lane = lanes[first + at];
      if (!lane) continue;
      cycle[at] = lane.first + from;
      const end = Math.min(count, lane.end - lane.first - from);
      last[at] = end;
      for (let step = Math.max(0, lane.counted - lane.first - from); step < end; step++) {
        const place = step * recordBytes + group;
        records[place] = (records[place] as number) | (1 << at);
      }
    }
    let plane = vectorBytes + group;
    for (const { name, width } of ports) {
      const column = columns[name] ?? [];
      for (let low = 0; low < width; low += 8) {
        const bits = Math.min(8, width - low);
        // Beyond 32 bits a signed number's sign goes on.
        const shift = Math.min(low, 31);
        for (let step = 0; step < count; step++) {
          let [x, y] = [0, 0];
          for (let at = 0; at < 8; at++) {
            if (step >= (last[at] as number)) continue;
            const place = (cycle[at] as number) + step;
            const turns = place < 0 ? cycles * Math.ceil(-place / cycles) : 0;
            const value = column[place + turns] as number;
            const byte = (value >> shift) & 0xff;
            if (at < 4) y |= byte << (8 * at);
            else x |= byte << (8 * at - 32);
          }
          if ((x | y) === 0) continue;
          // Eight by eight bits: pairs, then fours, then halves change places across the diagonal.
          let t = (x ^ (x >>> 7)) & 0x00aa00aa;
          x ^= t ^ (t << 7);
          t = (y ^ (y >>> 7)) & 0x00aa00aa;
          y ^= t ^ (t << 7);
          t = (x ^ (x >>> 14)) & 0x0000cccc;
          x ^= t ^ (t << 14);
          t = (y ^ (y >>> 14)) & 0x0000cccc;
          y ^= t ^ (t << 14);
          t = (x & 0xf0f0f0f0) | ((y >>> 4) & 0x0f0f0f0f);
          y = ((x << 4) & 0xf0f0f0f0) | (y & 0x0f0f0f0f);
          const place = step * recordBytes + plane;
          for (let bit = 0; bit < bits; bit++) {
            const word = bit < 4 ? y : t;
            records[place + bit * vectorBytes] = (word >>> (8 * (bit & 3))) & 0xff;
          }
        }
        plane += bits * vectorBytes;
      }
    }
  }
}
