// decode: RF8 weight code to the two terms of W = +-(16 +- residual) * 2^exponent
// Latency: 0 cycles.
`default_nettype none

module decode (
  input  wire [7:0] weight,    // RF8 code: sign, 4-bit exponent, 3-bit residual
  output wire       negative,  // W is negative
  output wire [3:0] exponent,  // left shift of both terms
  output wire [3:0] residual,  // magnitude of the second term: 0, 1, 2, 4 or 8
  output wire       subtract,  // the second term is taken away
  output wire       active,    // neither zero nor NaN
  output wire       invalid    // the code is NaN
);
  assign negative = weight[7];
  assign exponent = weight[6:3];
  assign residual = {
    weight[2:0] == 3'd7, (weight[2:0] == 3'd0) | (weight[2:0] == 3'd6),
    (weight[2:0] == 3'd1) | (weight[2:0] == 3'd5), (weight[2:0] == 3'd2) | (weight[2:0] == 3'd4)
  };
  assign subtract = weight[2:0] < 3'd3;
  assign active = |weight[6:0];
  assign invalid = weight[7] & !active;
endmodule

`default_nettype wire

// product: RF8 weight times integer activation: two shifts and one addition
//   activation = int8
// Latency: 0 cycles.
`default_nettype none

module product (
  input  wire [7:0]  weight,      // RF8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [27:0] product,     // SInt: W(weight) * activation; 0 for a NaN
  output wire        invalid      // the weight is NaN
);
  wire       decoder_negative;
  wire [3:0] decoder_exponent;
  wire [3:0] decoder_residual;
  wire       decoder_subtract;
  wire       decoder_active;
  wire       decoder_invalid;

  wire [8:0] plus = {activation[7], activation};  // hdl/product/rf8.ts:72
  wire [8:0] minus = 9'd0 - {activation[7], activation};  // hdl/arithmetic/negated.ts:6
  wire [8:0] mux_1 = (decoder_active & !decoder_negative) ? plus : 9'd0;  // hdl/product/rf8.ts:77
  wire [8:0] first = mux_1 | ((decoder_active & decoder_negative) ? minus : 9'd0);  // hdl/product/rf8.ts:77
  wire and_1 = decoder_active & (|decoder_residual);  // hdl/product/rf8.ts:82
  wire xor_1 = decoder_negative ^ decoder_subtract;  // hdl/product/rf8.ts:83
  wire [8:0] or_1 = ((and_1 & !xor_1) ? plus : 9'd0) | ((and_1 & xor_1) ? minus : 9'd0);  // hdl/product/rf8.ts:77
  wire [12:0] second = {{4{or_1[8]}}, or_1};  // hdl/product/rf8.ts:83
  wire [13:0] concat_1 = {second, 1'b0};  // hdl/product/rf8.ts:88
  wire [12:0] once = (decoder_residual[3] | decoder_residual[1]) ? concat_1[12:0] : second;  // hdl/product/rf8.ts:88
  wire [14:0] concat_2 = {once, 2'd0};  // hdl/product/rf8.ts:89
  wire [12:0] shifted = (decoder_residual[3] | decoder_residual[2]) ? concat_2[12:0] : once;  // hdl/product/rf8.ts:89
  wire [8:0] upper = first + shifted[12:4];  // hdl/arithmetic/adder/adders.ts:11
  wire [12:0] sum = {upper, shifted[3:0]};  // hdl/product/rf8.ts:91

  decode decoder (  // hdl/product/rf8.ts:70
    .weight(weight),
    .negative(decoder_negative),
    .exponent(decoder_exponent),
    .residual(decoder_residual),
    .subtract(decoder_subtract),
    .active(decoder_active),
    .invalid(decoder_invalid)
  );

  assign product = {{15{sum[12]}}, sum} << decoder_exponent;
  assign invalid = decoder_invalid;

  wire _unused = &{1'b0, concat_1[13], concat_2[14:13]};
endmodule

`default_nettype wire

// accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 40
// Latency: 1 cycle.
`default_nettype none

module accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [27:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN
  output wire [39:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [39:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [39:0] base = clear ? 40'd0 : acc;  // hdl/accumulate.ts:91
  wire [40:0] total = {base[39], base} + {{13{product[27]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire leaves = !((&total[40:39]) | !(|total[40:39]));  // hdl/accumulate.ts:94

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 40'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[39:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | leaves;
    end
  end
endmodule

`default_nettype wire

// mac: RF8 multiply-accumulate unit
//   activation  = int8
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 0
//   width       = 40
// Latency: 1 cycle.
`default_nettype none

module mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // RF8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // take the operands at this edge
  input  wire        clear,       // with enable: start from 0
  output wire [39:0] sum,         // SInt: sum of W(weight) * activation
  output wire        invalid,     // a NaN was taken since the last clear
  output wire        overflow     // the sum left the accumulator since the last clear
);
  wire [27:0] multiplier_product;
  wire        multiplier_invalid;
  wire [39:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  product multiplier (  // hdl/mac.ts:78
    .weight(weight),
    .activation(activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  accumulate accumulator (  // hdl/mac.ts:90
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
  "top": "mac",
  "modules": [
    {
      "name": "decode",
      "file": "decode.v",
      "description": "RF8 weight code to the two terms of W = ±(16 ± residual) · 2^exponent",
      "parameters": {},
      "latency_cycles": 0,
      "clocked": false,
      "source": "hdl/product/decode.ts:12",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code: sign, 4-bit exponent, 3-bit residual",
          "verilog": "weight",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "negative",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "W is negative",
          "verilog": "negative",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "exponent",
          "direction": "output",
          "width": 4,
          "type": "UInt 4",
          "description": "left shift of both terms",
          "verilog": "exponent",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "residual",
          "direction": "output",
          "width": 4,
          "type": "UInt 4",
          "description": "magnitude of the second term: 0, 1, 2, 4 or 8",
          "verilog": "residual",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "subtract",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the second term is taken away",
          "verilog": "subtract",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "active",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "neither zero nor NaN",
          "verilog": "active",
          "source": "hdl/product/decode.ts:12"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the code is NaN",
          "verilog": "invalid",
          "source": "hdl/product/decode.ts:12"
        }
      ],
      "signals": [],
      "instances": []
    },
    {
      "name": "product",
      "file": "product.v",
      "description": "RF8 weight times integer activation: two shifts and one addition",
      "parameters": {
        "activation": "int8"
      },
      "latency_cycles": 0,
      "clocked": false,
      "source": "hdl/product/rf8.ts:60",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code",
          "verilog": "weight",
          "source": "hdl/product/rf8.ts:60"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/product/rf8.ts:60"
        },
        {
          "name": "product",
          "direction": "output",
          "width": 28,
          "type": "SInt 28",
          "description": "W(weight) · activation; 0 for a NaN",
          "verilog": "product",
          "source": "hdl/product/rf8.ts:60"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the weight is NaN",
          "verilog": "invalid",
          "source": "hdl/product/rf8.ts:60"
        }
      ],
      "signals": [
        {
          "name": "plus",
          "kind": "named",
          "width": 9,
          "type": "SInt 9",
          "verilog": "plus",
          "source": "hdl/product/rf8.ts:72"
        },
        {
          "name": "minus",
          "kind": "named",
          "width": 9,
          "type": "SInt 9",
          "verilog": "minus",
          "source": "hdl/arithmetic/negated.ts:6"
        },
        {
          "name": "first",
          "kind": "named",
          "width": 9,
          "type": "SInt 9",
          "verilog": "first",
          "source": "hdl/product/rf8.ts:77"
        },
        {
          "name": "second",
          "kind": "named",
          "width": 13,
          "type": "SInt 13",
          "verilog": "second",
          "source": "hdl/product/rf8.ts:83"
        },
        {
          "name": "once",
          "kind": "named",
          "width": 13,
          "type": "SInt 13",
          "verilog": "once",
          "source": "hdl/product/rf8.ts:88"
        },
        {
          "name": "shifted",
          "kind": "named",
          "width": 13,
          "type": "SInt 13",
          "verilog": "shifted",
          "source": "hdl/product/rf8.ts:89"
        },
        {
          "name": "upper",
          "kind": "named",
          "width": 9,
          "type": "SInt 9",
          "verilog": "upper",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        },
        {
          "name": "sum",
          "kind": "named",
          "width": 13,
          "type": "SInt 13",
          "verilog": "sum",
          "source": "hdl/product/rf8.ts:91"
        }
      ],
      "instances": [
        {
          "name": "decoder",
          "module": "decode"
        }
      ]
    },
    {
      "name": "accumulate",
      "file": "accumulate.v",
      "description": "Accumulator with clear, enable and sticky invalid and overflow",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "width": 40
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
          "width": 28,
          "type": "SInt 28",
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
          "width": 40,
          "type": "SInt 40",
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
          "width": 40,
          "type": "SInt 40",
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
          "width": 40,
          "type": "SInt 40",
          "verilog": "base",
          "source": "hdl/accumulate.ts:91"
        },
        {
          "name": "total",
          "kind": "named",
          "width": 41,
          "type": "SInt 41",
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
      "name": "mac",
      "file": "mac.v",
      "description": "RF8 multiply-accumulate unit",
      "parameters": {
        "activation": "int8",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "pipeline": 0,
        "width": 40
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
          "description": "RF8 code",
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
          "width": 40,
          "type": "SInt 40",
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
          "module": "product"
        },
        {
          "name": "accumulator",
          "module": "accumulate"
        }
      ]
    }
  ]
}
