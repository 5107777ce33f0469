import { columnFor, inputColumn, setElement } from "./columns.ts";
import type { Reference } from "./reference.ts";

const BIT = { signed: false, width: 1 };

/**
 * A first-in first-out queue between two valid/ready streams: a list that words are pushed onto and shifted
 * off. `sink_bits` means nothing while `sink_valid` is 0.
 *
 * Inputs: source_valid, source_bits (`width` bits, at most 53: doubles are exact), sink_ready. Outputs:
 * source_ready, sink_valid, sink_bits.
 */
export function queueReference(parameters: {
  readonly width: number;
  readonly depth: number;
}): Reference {
  const { width, depth } = parameters;
  const shape = { signed: false, width };
  return (stimulus, cycles) => {
    const [isValid, bits, isReady] = [
      inputColumn(stimulus, "source_valid", BIT, cycles),
      inputColumn(stimulus, "source_bits", shape, cycles),
      inputColumn(stimulus, "sink_ready", BIT, cycles),
    ];
    const [ready, valid] = [new Uint8Array(cycles), new Uint8Array(cycles)];
    const shown = columnFor(shape, cycles);
    const words: number[] = [];
    for (let cycle = 0; cycle < cycles; cycle++) {
      ready[cycle] = Number(words.length < depth);
      valid[cycle] = Number(words.length > 0);
      setElement(shown, cycle, words.at(0) ?? 0);
      const accepts = words.length < depth;
      if (isReady[cycle] === 1) words.shift();
      if (isValid[cycle] === 1 && accepts) words.push(bits[cycle] as number);
    }
    return { source_ready: ready, sink_valid: valid, sink_bits: shown };
  };
}
