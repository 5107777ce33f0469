/**
 * Verilog registers `name_1` up to `name_<cycles>`: the value of `name_0` so many cycles ago, 0 after a
 * reset. Cycles are those with `enable`, where it is given.
 */
export const delayed = (width: number, name: string, cycles: number, enable?: string): string =>
  Array.from(
    { length: cycles },
    (_, i) => `  reg [${width - 1}:0] ${name}_${i + 1};
  always @(posedge clock)
    if (reset) ${name}_${i + 1} <= 0;
    else ${enable ? `if (${enable}) ` : ""}${name}_${i + 1} <= ${name}_${i};`,
  ).join("\n");
