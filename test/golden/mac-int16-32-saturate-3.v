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

// product_registered: RF8 weight times integer activation: two shifts and one addition
//   activation = int16
// Latency: 1 cycle.
`default_nettype none

module product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // RF8 code
  input  wire [15:0] activation,  // SInt: signed activation
  output wire [35:0] product,     // SInt: W(weight) * activation; 0 for a NaN
  output wire        invalid      // the weight is NaN
);
  reg [20:0] shift_sum;       // hdl/stage.ts:8
  reg [3:0]  shift_exponent;  // hdl/stage.ts:8
  reg        shift_invalid;   // hdl/stage.ts:8

  wire       decoder_negative;
  wire [3:0] decoder_exponent;
  wire [3:0] decoder_residual;
  wire       decoder_subtract;
  wire       decoder_active;
  wire       decoder_invalid;

  wire [16:0] plus = {activation[15], activation};  // hdl/product/rf8.ts:72
  wire [16:0] minus = 17'd0 - {activation[15], activation};  // hdl/arithmetic/negated.ts:6
  wire [16:0] mux_1 = (decoder_active & !decoder_negative) ? plus : 17'd0;  // hdl/product/rf8.ts:77
  wire [16:0] first = mux_1 | ((decoder_active & decoder_negative) ? minus : 17'd0);  // hdl/product/rf8.ts:77
  wire and_1 = decoder_active & (|decoder_residual);  // hdl/product/rf8.ts:82
  wire xor_1 = decoder_negative ^ decoder_subtract;  // hdl/product/rf8.ts:83
  wire [16:0] or_1 = ((and_1 & !xor_1) ? plus : 17'd0) | ((and_1 & xor_1) ? minus : 17'd0);  // hdl/product/rf8.ts:77
  wire [20:0] second = {{4{or_1[16]}}, or_1};  // hdl/product/rf8.ts:83
  wire [21:0] concat_1 = {second, 1'b0};  // hdl/product/rf8.ts:88
  wire [20:0] once = (decoder_residual[3] | decoder_residual[1]) ? concat_1[20:0] : second;  // hdl/product/rf8.ts:88
  wire [22:0] concat_2 = {once, 2'd0};  // hdl/product/rf8.ts:89
  wire [20:0] shifted = (decoder_residual[3] | decoder_residual[2]) ? concat_2[20:0] : once;  // hdl/product/rf8.ts:89
  wire [16:0] upper = first + shifted[20:4];  // hdl/arithmetic/adder/adders.ts:11
  wire [20:0] sum = {upper, shifted[3:0]};  // hdl/product/rf8.ts:91

  decode decoder (  // hdl/product/rf8.ts:70
    .weight(weight),
    .negative(decoder_negative),
    .exponent(decoder_exponent),
    .residual(decoder_residual),
    .subtract(decoder_subtract),
    .active(decoder_active),
    .invalid(decoder_invalid)
  );

  assign product = {{15{shift_sum[20]}}, shift_sum} << shift_exponent;
  assign invalid = shift_invalid;

  always @(posedge clock) begin
    if (reset) begin
      shift_sum <= 21'd0;
      shift_exponent <= 4'd0;
      shift_invalid <= 1'b0;
    end
    else begin
      shift_sum <= sum;
      shift_exponent <= decoder_exponent;
      shift_invalid <= decoder_invalid;
    end
  end

  wire _unused = &{1'b0, concat_1[21], concat_2[22:21]};
endmodule

`default_nettype wire

// accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int16
//   accumulator = 32
//   terms       = 4096
//   overflow    = saturate
//   width       = 32
// Latency: 1 cycle.
`default_nettype none

module accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [35:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN
  output wire [31:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [31:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [31:0] base = clear ? 32'd0 : acc;  // hdl/accumulate.ts:91
  wire [36:0] total = {{5{base[31]}}, base} + {product[35], product};  // hdl/arithmetic/adder/adders.ts:11
  wire leaves = !((&total[36:31]) | !(|total[36:31]));  // hdl/accumulate.ts:94

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 32'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      if (leaves) begin
        if (total[36]) acc <= 32'h80000000;
        else acc <= 32'h7fffffff;
      end
      else acc <= total[31:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | leaves;
    end
  end
endmodule

`default_nettype wire

// mac: RF8 multiply-accumulate unit
//   activation  = int16
//   accumulator = 32
//   terms       = 4096
//   overflow    = saturate
//   pipeline    = 3
//   width       = 32
// Latency: 4 cycles.
`default_nettype none

module mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // RF8 code
  input  wire [15:0] activation,  // SInt: signed activation
  input  wire        enable,      // take the operands at this edge
  input  wire        clear,       // with enable: start from 0
  output wire [31:0] sum,         // SInt: sum of W(weight) * activation
  output wire        invalid,     // a NaN was taken since the last clear
  output wire        overflow     // the sum left the accumulator since the last clear
);
  reg [7:0]  taken_weight;      // hdl/stage.ts:8
  reg [15:0] taken_activation;  // hdl/stage.ts:8
  reg        taken_enable;      // hdl/stage.ts:8
  reg        taken_clear;       // hdl/stage.ts:8
  reg        beside_enable;     // hdl/stage.ts:8
  reg        beside_clear;      // hdl/stage.ts:8
  reg        term_enable;       // hdl/stage.ts:8
  reg        term_clear;        // hdl/stage.ts:8
  reg [35:0] term_product;      // hdl/stage.ts:8
  reg        term_invalid;      // hdl/stage.ts:8

  wire [35:0] multiplier_product;
  wire        multiplier_invalid;
  wire [31:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  product_registered multiplier (  // hdl/mac.ts:78
    .clock(clock),
    .reset(reset),
    .weight(taken_weight),
    .activation(taken_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  accumulate accumulator (  // hdl/mac.ts:90
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
      taken_activation <= 16'd0;
      taken_enable <= 1'b0;
      taken_clear <= 1'b0;
      beside_enable <= 1'b0;
      beside_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 36'd0;
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
      "name": "product_registered",
      "file": "product_registered.v",
      "description": "RF8 weight times integer activation: two shifts and one addition",
      "parameters": {
        "activation": "int16"
      },
      "latency_cycles": 1,
      "clocked": true,
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
          "width": 16,
          "type": "SInt 16",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/product/rf8.ts:60"
        },
        {
          "name": "product",
          "direction": "output",
          "width": 36,
          "type": "SInt 36",
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
          "name": "shift_sum",
          "kind": "register",
          "width": 21,
          "type": "SInt 21",
          "verilog": "shift_sum",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "shift_exponent",
          "kind": "register",
          "width": 4,
          "type": "UInt 4",
          "verilog": "shift_exponent",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "shift_invalid",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "shift_invalid",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "plus",
          "kind": "named",
          "width": 17,
          "type": "SInt 17",
          "verilog": "plus",
          "source": "hdl/product/rf8.ts:72"
        },
        {
          "name": "minus",
          "kind": "named",
          "width": 17,
          "type": "SInt 17",
          "verilog": "minus",
          "source": "hdl/arithmetic/negated.ts:6"
        },
        {
          "name": "first",
          "kind": "named",
          "width": 17,
          "type": "SInt 17",
          "verilog": "first",
          "source": "hdl/product/rf8.ts:77"
        },
        {
          "name": "second",
          "kind": "named",
          "width": 21,
          "type": "SInt 21",
          "verilog": "second",
          "source": "hdl/product/rf8.ts:83"
        },
        {
          "name": "once",
          "kind": "named",
          "width": 21,
          "type": "SInt 21",
          "verilog": "once",
          "source": "hdl/product/rf8.ts:88"
        },
        {
          "name": "shifted",
          "kind": "named",
          "width": 21,
          "type": "SInt 21",
          "verilog": "shifted",
          "source": "hdl/product/rf8.ts:89"
        },
        {
          "name": "upper",
          "kind": "named",
          "width": 17,
          "type": "SInt 17",
          "verilog": "upper",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        },
        {
          "name": "sum",
          "kind": "named",
          "width": 21,
          "type": "SInt 21",
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
        "activation": "int16",
        "accumulator": 32,
        "terms": 4096,
        "overflow": "saturate",
        "width": 32
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
          "width": 36,
          "type": "SInt 36",
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
          "width": 32,
          "type": "SInt 32",
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
          "width": 32,
          "type": "SInt 32",
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
          "width": 32,
          "type": "SInt 32",
          "verilog": "base",
          "source": "hdl/accumulate.ts:91"
        },
        {
          "name": "total",
          "kind": "named",
          "width": 37,
          "type": "SInt 37",
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
        "activation": "int16",
        "accumulator": 32,
        "terms": 4096,
        "overflow": "saturate",
        "pipeline": 3,
        "width": 32
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
          "description": "RF8 code",
          "verilog": "weight",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 16,
          "type": "SInt 16",
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
          "width": 32,
          "type": "SInt 32",
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
          "width": 16,
          "type": "SInt 16",
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
          "width": 36,
          "type": "SInt 36",
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
          "module": "product_registered"
        },
        {
          "name": "accumulator",
          "module": "accumulate"
        }
      ]
    }
  ]
}
