import fc from "fast-check";
import { expect, test } from "vitest";
import { type WaveGroup, type WaveJson, type WaveLane, waveJson } from "../../../sim/wave/index.ts";
import { counter, valuesOf, waves } from "./random-wave.ts";

/** The lanes by hierarchical name, each cycle's value spelled out, by the rules of WaveDrom's tutorial. */
function read({ signal, head }: WaveJson): Map<string, string[]> {
  const lanes = new Map<string, string[]>();
  const visit = (path: string, item: WaveLane | WaveGroup): void => {
    if (!("wave" in item)) {
      const [name, ...inside] = item;
      for (const each of inside) visit(`${path}.${name}`, each);
      return;
    }
    const data = [...(item.data ?? [])];
    const values: string[] = [];
    for (const character of item.wave) {
      if (character === ".") values.push(values.at(-1)!);
      else values.push(character === "=" ? data.shift()! : character);
    }
    expect(data).toEqual([]);
    lanes.set(`${path}.${item.name}`, values);
  };
  for (const item of signal) visit(head.text, item);
  return lanes;
}

test("every value of every signal can be read from the lanes", () => {
  fc.assert(
    fc.property(waves, (wave) => {
      const json: WaveJson = JSON.parse(JSON.stringify(waveJson(wave)));
      const lanes = read(json);
      expect(lanes.get("top.clock")).toEqual(new Array(wave.cycles).fill("p"));
      lanes.delete("top.clock");
      expect(lanes.size).toBe(wave.signals.length);
      const expected = valuesOf(wave);
      for (const { name, type } of wave.signals) {
        const shown = expected[`top.${name}`]!.map((value) =>
          String(type.width === 1 && value === -1n ? 1n : value),
        );
        expect(lanes.get(`top.${name}`)).toEqual(shown);
      }
      expect(json.head).toEqual({ text: "top", tick: wave.from });
    }),
  );
});

test("modules are groups, and a value is written where it changes", () => {
  expect(waveJson(counter)).toEqual({
    signal: [
      { name: "clock", wave: "p..." },
      { name: "enable", wave: "1.0." },
      { name: "count", wave: "===.", data: ["254", "255", "0"] },
      [
        "unit",
        { name: "total", wave: "===.", data: ["0", "-1", "-120"] },
        { name: "sign", wave: "01.0" },
        ["wide", { name: "word", wave: "=.=.", data: ["18446744073709551616", "1"] }],
      ],
    ],
    head: { text: "counter", tick: 9 },
  });
});
