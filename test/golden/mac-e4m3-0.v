// e4m3_product: E4M3 weight times integer activation: rows of the significand and one shift
//   activation = int8
// Latency: 0 cycles.
`default_nettype none

module e4m3_product (
  input  wire [7:0]  weight,      // E4M3 code: sign, exponent, mantissa
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [25:0] product,     // SInt: W(weight) * activation; 0 where the weight is NaN
  output wire        invalid      // the weight is NaN
);
  wire [3:0] exponent = weight[6:3];  // hdl/product/fp8-fields.ts:27
  wire reduceOr_1 = |exponent;  // hdl/product/fp8-fields.ts:31
  wire [3:0] significand =  // hdl/product/fp8-fields.ts:33
    invalid ? 4'd0 :
    reduceOr_1 ? {reduceOr_1, weight[2:0]} :
    {weight[2:0], 1'b0};
  wire [8:0] operand = weight[7] ? 9'd0 - {activation[7], activation} : {activation[7], activation};  // hdl/product/fp8.ts:96
  wire [9:0] concat_1 = {operand, 1'b0};  // hdl/product/fp8.ts:62
  wire [11:0] mux_1 = significand[1] ? {{2{concat_1[9]}}, concat_1} : 12'd0;  // hdl/product/fp8.ts:64
  wire [10:0] concat_2 = {operand, 2'd0};  // hdl/product/fp8.ts:62
  wire [11:0] add_1 = (significand[0] ? {{3{operand[8]}}, operand} : 12'd0) + mux_1;  // hdl/arithmetic/adder/adders.ts:11
  wire [11:0] add_2 = add_1 + (significand[2] ? {concat_2[10], concat_2} : 12'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [11:0] sum = add_2 + (significand[3] ? {operand, 3'd0} : 12'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [26:0] shiftLeft_1 = {{15{sum[11]}}, sum} << exponent;  // hdl/product/fp8.ts:75

  assign product = shiftLeft_1[26:1];
  assign invalid = &weight[6:0];

  wire _unused = &{1'b0, shiftLeft_1[0]};
endmodule

`default_nettype wire

// e4m3_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 38
// Latency: 1 cycle.
`default_nettype none

module e4m3_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [25:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN
  output wire [37:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [37:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [37:0] base = clear ? 38'd0 : acc;  // hdl/accumulate.ts:91
  wire [38:0] total = {base[37], base} + {{13{product[25]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire leaves = !((&total[38:37]) | !(|total[38:37]));  // hdl/accumulate.ts:94

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 38'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[37:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | leaves;
    end
  end
endmodule

`default_nettype wire

// e4m3_mac: E4M3 multiply-accumulate unit
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 0
//   width       = 38
// Latency: 1 cycle.
`default_nettype none

module e4m3_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // E4M3 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // take the operands at this edge
  input  wire        clear,       // with enable: start from 0
  output wire [37:0] sum,         // SInt: sum of W(weight) * activation
  output wire        invalid,     // a NaN was taken since the last clear
  output wire        overflow     // the sum left the accumulator since the last clear
);
  wire [25:0] multiplier_product;
  wire        multiplier_invalid;
  wire [37:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  e4m3_product multiplier (  // hdl/mac.ts:78
    .weight(weight),
    .activation(activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  e4m3_accumulate accumulator (  // hdl/mac.ts:90
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .clear(clear),
    .product(multiplier_product),
    .invalid_product(multiplier_invalid),
    .sum(accumulator_sum),
    .invalid(accumulator_invalid),
    .overflow(accumulator_overflow)
  );

  assign sum = accumulator_sum;
  assign invalid = accumulator_invalid;
  assign overflow = accumulator_overflow;
endmodule

`default_nettype wire

{
  "top": "e4m3_mac",
  "modules": [
    {
      "name": "e4m3_product",
      "file": "e4m3_product.v",
      "description": "E4M3 weight times integer activation: rows of the significand and one shift",
      "parameters": {
        "activation": "int8"
      },
      "latency_cycles": 0,
      "clocked": false,
      "source": "hdl/product/fp8.ts:45",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "E4M3 code: sign, exponent, mantissa",
          "verilog": "weight",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "product",
          "direction": "output",
          "width": 26,
          "type": "SInt 26",
          "description": "W(weight) · activation; 0 where the weight is NaN",
          "verilog": "product",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the weight is NaN",
          "verilog": "invalid",
          "source": "hdl/product/fp8.ts:45"
        }
      ],
      "signals": [
        {
          "name": "exponent",
          "kind": "named",
          "width": 4,
          "type": "UInt 4",
          "verilog": "exponent",
          "source": "hdl/product/fp8-fields.ts:27"
        },
        {
          "name": "invalid",
          "kind": "named",
          "width": 1,
          "type": "Bool",
          "verilog": "invalid",
          "source": "hdl/product/fp8-fields.ts:30"
        },
        {
          "name": "significand",
          "kind": "named",
          "width": 4,
          "type": "UInt 4",
          "verilog": "significand",
          "source": "hdl/product/fp8-fields.ts:33"
        },
        {
          "name": "operand",
          "kind": "named",
          "width": 9,
          "type": "SInt 9",
          "verilog": "operand",
          "source": "hdl/product/fp8.ts:96"
        },
        {
          "name": "sum",
          "kind": "named",
          "width": 12,
          "type": "SInt 12",
          "verilog": "sum",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        }
      ],
      "instances": []
    },
    {
      "name": "e4m3_accumulate",
      "file": "e4m3_accumulate.v",
      "description": "Accumulator with clear, enable and sticky invalid and overflow",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "width": 38
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
          "width": 26,
          "type": "SInt 26",
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
          "width": 38,
          "type": "SInt 38",
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
          "width": 38,
          "type": "SInt 38",
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
          "width": 38,
          "type": "SInt 38",
          "verilog": "base",
          "source": "hdl/accumulate.ts:91"
        },
        {
          "name": "total",
          "kind": "named",
          "width": 39,
          "type": "SInt 39",
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
      "name": "e4m3_mac",
      "file": "e4m3_mac.v",
      "description": "E4M3 multiply-accumulate unit",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "pipeline": 0,
        "width": 38
      },
      "latency_cycles": 1,
      "clocked": true,
      "source": "hdl/mac.ts:64",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "E4M3 code",
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
          "width": 38,
          "type": "SInt 38",
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
      "signals": [],
      "instances": [
        {
          "name": "multiplier",
          "module": "e4m3_product"
        },
        {
          "name": "accumulator",
          "module": "e4m3_accumulate"
        }
      ]
    }
  ]
}
