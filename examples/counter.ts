// A counter of eight bits: described, simulated, emitted.
import {
  asciiWave,
  bool,
  emitDesign,
  engines,
  input,
  module,
  output,
  record,
  register,
  rowsOfWave,
  uint,
  when,
} from "rf8";

export const counter = (width: number) =>
  module(
    {
      name: "counter",
      description: "Counts the cycles in which enable is 1",
      ports: {
        enable: input(bool(), "counts this cycle"),
        count: output(uint(width), "cycles so far"),
      },
    },
    (io) => {
      const count = register("value", uint(width), { reset: 0 });
      when(io.enable, () => count.set(count.addWrap(1)));
      io.count.set(count);
    },
  );

const { dut, wave } = record(engines.wasm, counter(8), ["enable", "count"]);
dut.in.enable = true;
dut.step(3);
dut.in.enable = false;
dut.step(2);
console.log(asciiWave(rowsOfWave(wave()), 0));
dut.close();

console.log(emitDesign(counter(8)).files[0]?.text.split("\n").slice(0, 12).join("\n"));
