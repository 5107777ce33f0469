import { expect, test } from "vitest";
import { parseTrace } from "../../formal/trace.ts";

const table = `
Signal Name of an earlier table
  Time Signal Name             Dec       Hex            Bin
  ---- --------------- ----------- --------- --------------
  init \\state                    0         0              0
  init \\since [1]                1         1              1
  ---- --------------- ----------- --------- --------------
     1 \\activation            -128        80       10000000
     1 \\reset                    1         1              1
  ---- --------------- ----------- --------- --------------
     2 \\activation               5         5       00000101
     2 \\clock                    0         0              0
     2 \\reset                    0         0              0
  ---- --------------- ----------- --------- --------------
     3 \\activation              --        --       000001x1
     3 \\reset                    1         1              1

End of script.
`;

test("the cycles after the first reset are read, what is open is 0, further resets are reported", () => {
  expect(parseTrace(table, 2)).toEqual({
    cycles: 2,
    inputs: { activation: [5n, 5n] },
    resets: [1],
  });
});

test("without time there is one cycle", () => {
  const flat = `
  Signal Name                 Dec        Hex             Bin
  -------------------- ----------- --------- ---------------
  \\weight                     136        88        10001000
`;
  expect(parseTrace(flat, undefined)).toEqual({
    cycles: 1,
    inputs: { weight: [136n] },
    resets: [],
  });
});
