import type { ModelInterface } from "../src/index.ts";

/** A running sum, with something inside to look at. */
export const sum = `module sum(
  input wire clock,
  input wire reset,
  input wire signed [7:0] x,
  output wire signed [19:0] total
);
  reg signed [19:0] kept;
  wire signed [19:0] next = kept + {{12{x[7]}}, x};
  always @(posedge clock) begin
    if (reset) kept <= 20'sd0;
    else kept <= next;
  end
  assign total = kept;
endmodule
`;

export const sumInterface: ModelInterface = {
  top: "sum",
  ports: [
    { name: "x", direction: "input", width: 8, signed: true },
    { name: "total", direction: "output", width: 20, signed: true },
  ],
  clock: "clock",
  reset: "reset",
  probes: [{ path: ["next"], width: 20, signed: true }],
};

/** Ports of every kind of element, without a clock. */
export const wide = `module wide(
  input wire [2:0] a,
  input wire [69:0] b,
  input wire signed [39:0] c,
  output wire [69:0] y,
  output wire signed [39:0] z,
  output wire [63:0] w
);
  assign y = b + {67'd0, a};
  assign z = -c;
  assign w = {b[31:0], c[31:0]};
endmodule
`;

export const wideInterface: ModelInterface = {
  top: "wide",
  ports: [
    { name: "a", direction: "input", width: 3 },
    { name: "b", direction: "input", width: 70 },
    { name: "c", direction: "input", width: 40, signed: true },
    { name: "y", direction: "output", width: 70 },
    { name: "z", direction: "output", width: 40, signed: true },
    { name: "w", direction: "output", width: 64 },
  ],
};
