// int8_product_registered: INT8 weight times integer activation: a signed multiplication
//   activation = int8
// Latency: 1 cycle.
`default_nettype none

module int8_product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // two's complement
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [15:0] product,     // SInt: weight * activation
  output wire        invalid      // 0: every weight is a number
);
  reg [12:0] halves_low;   // hdl/stage.ts:8
  reg [11:0] halves_high;  // hdl/stage.ts:8

  wire [4:0] zeroExtend_1 = {1'd0, weight[3:0]};  // hdl/product/int8.ts:47
  wire [12:0] low = $signed({{5{activation[7]}}, activation}) * $signed({{8{zeroExtend_1[4]}}, zeroExtend_1});  // hdl/product/int8.ts:47
  wire [3:0] slice_1 = weight[7:4];  // hdl/product/int8.ts:48
  wire [11:0] high = $signed({{4{activation[7]}}, activation}) * $signed({{8{slice_1[3]}}, slice_1});  // hdl/product/int8.ts:48

  assign product = {halves_high, 4'd0} + {{3{halves_low[12]}}, halves_low};
  assign invalid = 1'b0;

  always @(posedge clock) begin
    if (reset) begin
      halves_low <= 13'd0;
      halves_high <= 12'd0;
    end
    else begin
      halves_low <= low;
      halves_high <= high;
    end
  end
endmodule

`default_nettype wire

// int8_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 28
// Latency: 1 cycle.
`default_nettype none

module int8_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [15:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN
  output wire [27:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [27:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [27:0] base = clear ? 28'd0 : acc;  // hdl/accumulate.ts:91
  wire [28:0] total = {base[27], base} + {{13{product[15]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire leaves = !((&total[28:27]) | !(|total[28:27]));  // hdl/accumulate.ts:94

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 28'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[27:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | leaves;
    end
  end
endmodule

`default_nettype wire

// int8_mac: INT8 multiply-accumulate unit
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 3
//   width       = 28
// Latency: 4 cycles.
`default_nettype none

module int8_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // INT8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // take the operands at this edge
  input  wire        clear,       // with enable: start from 0
  output wire [27:0] sum,         // SInt: sum of W(weight) * activation
  output wire        invalid,     // a NaN was taken since the last clear
  output wire        overflow     // the sum left the accumulator since the last clear
);
  reg [7:0]  taken_weight;      // hdl/stage.ts:8
  reg [7:0]  taken_activation;  // hdl/stage.ts:8
  reg        taken_enable;      // hdl/stage.ts:8
  reg        taken_clear;       // hdl/stage.ts:8
  reg        beside_enable;     // hdl/stage.ts:8
  reg        beside_clear;      // hdl/stage.ts:8
  reg        term_enable;       // hdl/stage.ts:8
  reg        term_clear;        // hdl/stage.ts:8
  reg [15:0] term_product;      // hdl/stage.ts:8
  reg        term_invalid;      // hdl/stage.ts:8

  wire [15:0] multiplier_product;
  wire        multiplier_invalid;
  wire [27:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  int8_product_registered multiplier (  // hdl/mac.ts:78
    .clock(clock),
    .reset(reset),
    .weight(taken_weight),
    .activation(taken_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  int8_accumulate accumulator (  // hdl/mac.ts:90
    .clock(clock),
    .reset(reset),
    .enable(term_enable),
    .clear(term_clear),
    .product(term_product),
    .invalid_product(term_invalid),
    .sum(accumulator_sum),
    .invalid(accumulator_invalid),
    .overflow(accumulator_overflow)
  );

  assign sum = accumulator_sum;
  assign invalid = accumulator_invalid;
  assign overflow = accumulator_overflow;

  always @(posedge clock) begin
    if (reset) begin
      taken_weight <= 8'd0;
      taken_activation <= 8'd0;
      taken_enable <= 1'b0;
      taken_clear <= 1'b0;
      beside_enable <= 1'b0;
      beside_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 16'd0;
      term_invalid <= 1'b0;
    end
    else begin
      taken_weight <= weight;
      taken_activation <= activation;
      taken_enable <= enable;
      taken_clear <= clear;
      beside_enable <= taken_enable;
      beside_clear <= taken_clear;
      term_enable <= beside_enable;
      term_clear <= beside_clear;
      term_product <= multiplier_product;
      term_invalid <= multiplier_invalid;
    end
  end
endmodule

`default_nettype wire

{
  "top": "int8_mac",
  "modules": [
    {
      "name": "int8_product_registered",
      "file": "int8_product_registered.v",
      "description": "INT8 weight times integer activation: a signed multiplication",
      "parameters": {
        "activation": "int8"
      },
      "latency_cycles": 1,
      "clocked": true,
      "source": "hdl/product/int8.ts:25",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "two's complement",
          "verilog": "weight",
          "source": "hdl/product/int8.ts:25"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/product/int8.ts:25"
        },
        {
          "name": "product",
          "direction": "output",
          "width": 16,
          "type": "SInt 16",
          "description": "weight · activation",
          "verilog": "product",
          "source": "hdl/product/int8.ts:25"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "0: every weight is a number",
          "verilog": "invalid",
          "source": "hdl/product/int8.ts:25"
        }
      ],
      "signals": [
        {
          "name": "halves_low",
          "kind": "register",
          "width": 13,
          "type": "SInt 13",
          "verilog": "halves_low",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "halves_high",
          "kind": "register",
          "width": 12,
          "type": "SInt 12",
          "verilog": "halves_high",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "low",
          "kind": "named",
          "width": 13,
          "type": "SInt 13",
          "verilog": "low",
          "source": "hdl/product/int8.ts:47"
        },
        {
          "name": "high",
          "kind": "named",
          "width": 12,
          "type": "SInt 12",
          "verilog": "high",
          "source": "hdl/product/int8.ts:48"
        }
      ],
      "instances": []
    },
    {
      "name": "int8_accumulate",
      "file": "int8_accumulate.v",
      "description": "Accumulator with clear, enable and sticky invalid and overflow",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "width": 28
      },
      "latency_cycles": 1,
      "clocked": true,
      "source": "hdl/accumulate.ts:78",
      "ports": [
        {
          "name": "enable",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "take the product at this edge",
          "verilog": "enable",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "clear",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "with enable: start from 0",
          "verilog": "clear",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "product",
          "direction": "input",
          "width": 16,
          "type": "SInt 16",
          "description": "the term to add",
          "verilog": "product",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "invalid_product",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "the term is NaN",
          "verilog": "invalid_product",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "sum",
          "direction": "output",
          "width": 28,
          "type": "SInt 28",
          "description": "the accumulator",
          "verilog": "sum",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a NaN was taken since the last clear",
          "verilog": "invalid",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "overflow",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the sum left the accumulator since the last clear",
          "verilog": "overflow",
          "source": "hdl/accumulate.ts:78"
        }
      ],
      "signals": [
        {
          "name": "acc",
          "kind": "register",
          "width": 28,
          "type": "SInt 28",
          "verilog": "acc",
          "source": "hdl/accumulate.ts:87"
        },
        {
          "name": "invalid_seen",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "invalid_seen",
          "source": "hdl/accumulate.ts:88"
        },
        {
          "name": "overflow_seen",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "overflow_seen",
          "source": "hdl/accumulate.ts:89"
        },
        {
          "name": "base",
          "kind": "named",
          "width": 28,
          "type": "SInt 28",
          "verilog": "base",
          "source": "hdl/accumulate.ts:91"
        },
        {
          "name": "total",
          "kind": "named",
          "width": 29,
          "type": "SInt 29",
          "verilog": "total",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        },
        {
          "name": "leaves",
          "kind": "named",
          "width": 1,
          "type": "Bool",
          "verilog": "leaves",
          "source": "hdl/accumulate.ts:94"
        }
      ],
      "instances": []
    },
    {
      "name": "int8_mac",
      "file": "int8_mac.v",
      "description": "INT8 multiply-accumulate unit",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "pipeline": 3,
        "width": 28
      },
      "latency_cycles": 4,
      "clocked": true,
      "source": "hdl/mac.ts:64",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "INT8 code",
          "verilog": "weight",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "enable",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "take the operands at this edge",
          "verilog": "enable",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "clear",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "with enable: start from 0",
          "verilog": "clear",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "sum",
          "direction": "output",
          "width": 28,
          "type": "SInt 28",
          "description": "sum of W(weight) · activation",
          "verilog": "sum",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a NaN was taken since the last clear",
          "verilog": "invalid",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "overflow",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the sum left the accumulator since the last clear",
          "verilog": "overflow",
          "source": "hdl/mac.ts:64"
        }
      ],
      "signals": [
        {
          "name": "taken_weight",
          "kind": "register",
          "width": 8,
          "type": "UInt 8",
          "verilog": "taken_weight",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_activation",
          "kind": "register",
          "width": 8,
          "type": "SInt 8",
          "verilog": "taken_activation",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_enable",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "taken_enable",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_clear",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "taken_clear",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "beside_enable",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "beside_enable",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "beside_clear",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "beside_clear",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "term_enable",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "term_enable",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "term_clear",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "term_clear",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "term_product",
          "kind": "register",
          "width": 16,
          "type": "SInt 16",
          "verilog": "term_product",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "term_invalid",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "term_invalid",
          "source": "hdl/stage.ts:8"
        }
      ],
      "instances": [
        {
          "name": "multiplier",
          "module": "int8_product_registered"
        },
        {
          "name": "accumulator",
          "module": "int8_accumulate"
        }
      ]
    }
  ]
}
