import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paletteDecode } from "../../hdl/weight-decoder/palette.ts";
import { paletteBeats, weightDecoder } from "../../hdl/weight-decoder/weight-decoder.ts";
import { engines, type Simulation } from "../../sim/index.ts";
import { CANONICAL_MAGNITUDES, decode } from "../../src/format/index.ts";

const hex = (codes: readonly number[]): string =>
  codes.map((code) => code.toString(16).padStart(2, "0")).join("");

const positive = [...CANONICAL_MAGNITUDES].slice(1);

/** The last `count` codes, every `step`th of them. */
const some = (count: number, step = 1): number[] =>
  positive.filter((_, index) => (positive.length - 1 - index) % step === 0).slice(-count);

const palettes = [
  ...[
    { bits: 4, codes: some(7, 7) },
    { bits: 5, codes: some(15, 2) },
    { bits: 6, codes: some(31) },
  ],
  ...[
    { bits: 7, codes: some(63) },
    { bits: 6, codes: some(20, 3) },
    { bits: 4, codes: some(1) },
  ],
];

/** What an index stands for, as docs/format.md says it: a sign and the number of a magnitude, 0 for zero. */
function valueOfIndex(index: number, { bits, codes }: { bits: number; codes: readonly number[] }) {
  const half = 2 ** (bits - 1);
  const code = codes[(index % half) - 1];
  return code === undefined ? 0 : decode(code, 0) * (index >= half ? -1 : 1);
}

test.each(palettes)("every index of a palette of $bits bits is its value", ({ bits, codes }) => {
  const dut = engines.wasm.open(paletteDecode({ bits, palette: hex(codes) }));
  for (let index = 0; index < 2 ** bits; index++) {
    dut.in.index = BigInt(index);
    expect(decode(Number(dut.out.code), 0) + 0).toBe(valueOfIndex(index, { bits, codes }) + 0);
  }
  dut.close();
});

test.each([
  ["", "two hexadecimal digits"],
  ["1112", "1 to 31", 6],
  ["1211", "ascending"],
  ["81", "positive"],
  ["10", "canonical"],
  ["1", "two hexadecimal digits"],
  ["zz", "two hexadecimal digits"],
  [hex(some(8)), "1 to 7"],
])("the palette %j is refused or taken for what it is", (palette, words, bits = 4) => {
  const build = () => paletteDecode({ bits, palette });
  if (bits === 6) expect(build).not.toThrow();
  else expect(build).toThrow(words);
});

interface Beat {
  readonly isBytes: boolean;
  readonly words: readonly number[];
}

interface Packet {
  readonly isPacked: boolean;
  readonly beats: readonly Beat[];
}

/** A packet as one number, the first beat lowest, and the bits that it has. */
function packed(
  { isPacked, beats }: Packet,
  bits: number,
  head: readonly number[],
): { readonly value: bigint; readonly length: number } {
  let [value, length] = [0n, 0];
  const add = (word: number, width: number): void => {
    value |= BigInt(word) << BigInt(length);
    length += width;
  };
  if (isPacked) for (const code of head) add(code, 8);
  for (const { isBytes, words } of beats)
    for (const word of words) add(word, isBytes || !isPacked ? 8 : bits);
  return { value, length };
}

type Decoder = Simulation<ReturnType<typeof weightDecoder>["ports"]>;

/** One row of `lanes` weights a cycle. */
interface DecoderShape {
  readonly lanes: number;
  readonly rows: number;
  readonly bits: number;
  readonly beat: number;
  readonly palette: string;
}

/** The palette as the beats at the head of a packet, if the packet has to bring it. */
function headOf(parameters: DecoderShape, codes: readonly number[]): number[] {
  const bytes = paletteBeats({ ...parameters, weights: parameters.lanes }) * parameters.lanes;
  return Array.from({ length: bytes }, (_, index) => codes[index] ?? 0);
}

/** Packets through a decoder, under stalls of both sides; every beat that leaves, and the cycles. */
function run(
  parameters: DecoderShape,
  dut: Decoder,
  packets: readonly Packet[],
  codes: readonly number[],
  stalls: { readonly source: readonly boolean[]; readonly sink: readonly boolean[] },
): { readonly words: number[][]; readonly last: boolean[]; readonly cycles: number } {
  const { bits, beat, lanes: weights } = parameters;
  const source = packets.flatMap((packet) => {
    const { value, length } = packed(packet, bits, headOf(parameters, codes));
    const count = Math.ceil(length / beat);
    return Array.from({ length: count }, (_, index) => ({
      data: (value >> BigInt(index * beat)) & ((1n << BigInt(beat)) - 1n),
      last: index === count - 1,
    }));
  });
  const wanted = packets.flatMap(({ isPacked, beats }) =>
    beats.map(({ isBytes }, index) => ({ isPacked, isBytes, end: index === beats.length - 1 })),
  );
  const [words, last]: [number[][], boolean[]] = [[], []];
  let [sent, cycles, holds] = [0, 0, false];
  dut.in.control.active = true;
  dut.in.control.discard = false;
  for (let want = wanted[0]; want; want = wanted[words.length]) {
    expect(cycles).toBeLessThan(40 * (source.length + wanted.length) + 40);
    const next = source[sent];
    // A valid beat stays valid.
    holds ||= next !== undefined && !stalls.source[cycles % stalls.source.length];
    dut.in.source.valid = holds;
    dut.in.source.bits.data = holds ? (next?.data ?? 0n) : 0n;
    dut.in.source.bits.last = holds && next?.last === true;
    dut.in.sink.ready = !stalls.sink[cycles % stalls.sink.length];
    dut.in.control.packed = want.isPacked;
    dut.in.control.bytes = want.isBytes;
    dut.in.control.end = want.end;
    if (dut.out.sink.valid && dut.in.sink.ready) {
      words.push(Array.from({ length: weights }, (_, w) => Number(dut.out.sink.bits.weight[w])));
      last.push(dut.out.sink.bits.last);
    }
    if (holds && dut.out.source.ready) {
      sent += 1;
      holds = false;
    }
    dut.step();
    cycles += 1;
  }
  expect(sent).toBe(source.length);
  return { words, last, cycles };
}

const anyPattern = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 7 })
  .map((stalls) => [...stalls, false]);

describe.each([
  { weights: 4, bits: 6, beat: 32 },
  { weights: 4, bits: 6, beat: 8 },
  { weights: 2, bits: 5, beat: 64 },
  { weights: 3, bits: 7, beat: 16 },
  { weights: 8, bits: 4, beat: 64 },
])("$weights weights of $bits bits from beats of $beat bits", ({ weights, bits, beat }) => {
  const codes = some(2 ** (bits - 1) - 1, bits < 6 ? 2 : 1);
  const beatsOf = fc.record({
    isBytes: fc.boolean(),
    words: fc.array(fc.nat(255), { minLength: weights, maxLength: weights }),
  });
  const packets = fc.array(
    fc.record({
      isPacked: fc.boolean(),
      beats: fc.array(beatsOf, { minLength: 1, maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const inIndexes = ({ isPacked, beats }: Packet): Packet => ({
    isPacked,
    beats: beats.map(({ isBytes, words }) => ({
      isBytes,
      words: isBytes || !isPacked ? words : words.map((word) => word % 2 ** bits),
    })),
  });

  test.each(["hard-wired", "stream"])("%s: every packet arrives, decoded and marked", (kind) => {
    const palette = kind === "stream" ? kind : hex(codes);
    const parameters = { lanes: weights, rows: 1, bits, beat, palette };
    fc.assert(
      fc.property(packets, anyPattern, anyPattern, (given, source, sink) => {
        const sent = given.map(inIndexes);
        const dut = engines.wasm.open(weightDecoder(parameters));
        const { words, last } = run(parameters, dut, sent, codes, { source, sink });
        dut.close();
        const beats = sent.flatMap((packet) =>
          packet.beats.map((each) => ({ ...each, isCodes: each.isBytes || !packet.isPacked })),
        );
        expect(words).toHaveLength(beats.length);
        for (const [index, { isCodes, words: given }] of beats.entries()) {
          const shown = words[index] ?? [];
          if (isCodes) expect(shown).toEqual(given);
          else
            expect(shown.map((code) => decode(code, 0) + 0)).toEqual(
              given.map((word) => valueOfIndex(word, { bits, codes }) + 0),
            );
        }
        expect(last).toEqual(
          sent.flatMap((packet) => packet.beats.map((_, i) => i === packet.beats.length - 1)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("without stalls the slower side moves in every cycle", () => {
    const parameters = { lanes: weights, rows: 1, bits, beat, palette: hex(codes) };
    const dut = engines.wasm.open(weightDecoder(parameters));
    const beats = Array.from({ length: 200 }, () => ({
      isBytes: false,
      words: new Array<number>(weights).fill(1),
    }));
    const { cycles } = run(parameters, dut, [{ isPacked: true, beats }], codes, {
      source: [false],
      sink: [false],
    });
    dut.close();
    expect(cycles).toBe(Math.max(200, Math.ceil((200 * weights * bits) / beat)));
  });
});

test("a discarded packet ends with its last beat, and the next one arrives whole", () => {
  const codes = some(31);
  const parameters = { lanes: 4, rows: 1, bits: 6, beat: 32, palette: hex(codes) };
  for (let left = 0; left < 4; left++) {
    const dut = engines.wasm.open(weightDecoder(parameters));
    const { source, control, sink } = dut.in;
    control.active = true;
    control.packed = true;
    sink.ready = true;
    // Three beats of 32 bits are four of 24: of the first packet `left` leave before the rest is discarded.
    let [transferred, sent] = [0, 0];
    while (transferred < left || sent < 3) {
      control.discard = transferred >= left;
      source.valid = sent < 3;
      source.bits.data = 0xffffffffn;
      source.bits.last = sent === 2;
      if (dut.out.sink.valid) {
        transferred += 1;
        if (control.discard && dut.out.sink.bits.last) sent = 3;
      }
      if (dut.out.source.ready && sent < 3) sent += 1;
      dut.step();
    }
    control.discard = false;
    source.valid = false;
    dut.step();
    const packet = { isPacked: true, beats: [{ isBytes: false, words: [1, 2, 3, 4] }] };
    const { words } = run(parameters, dut, [packet], codes, { source: [false], sink: [false] });
    expect(words.map((shown) => shown.map((code) => decode(code, 0)))).toEqual([
      [1, 2, 3, 4].map((index) => decode(codes[index - 1] ?? 0, 0)),
    ]);
    dut.close();
  }
});
