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
//   lanes       = 3
//   width       = 40
// Latency: 1 cycle.
`default_nettype none

module accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [29:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN
  output wire [39:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [39:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [39:0] base = clear ? 40'd0 : acc;  // hdl/accumulate.ts:91
  wire [40:0] total = {base[39], base} + {{11{product[29]}}, product};  // hdl/arithmetic/adder/adders.ts:11
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

// dot: RF8 dot-product unit
//   activation  = int8
//   lanes       = 3
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 3
//   width       = 40
// Latency: 4 cycles.
`default_nettype none

module dot (
  input  wire        clock,          // rising edge
  input  wire        reset,          // synchronous, active high
  input  wire [7:0]  weight_l0,      // RF8 code
  input  wire [7:0]  weight_l1,      // RF8 code
  input  wire [7:0]  weight_l2,      // RF8 code
  input  wire [7:0]  activation_l0,  // SInt: signed activation
  input  wire [7:0]  activation_l1,  // SInt: signed activation
  input  wire [7:0]  activation_l2,  // SInt: signed activation
  input  wire        enable,         // take the operands at this edge
  input  wire        clear,          // with enable: start from 0
  output wire [39:0] sum,            // SInt: sum of W(weight) * activation over lanes and cycles
  output wire        invalid,        // a NaN was taken since the last clear
  output wire        overflow        // the sum left the accumulator since the last clear
);
  reg        taken_enable;         // hdl/stage.ts:8
  reg        taken_clear;          // hdl/stage.ts:8
  reg [7:0]  taken_l0_weight;      // hdl/stage.ts:8
  reg [7:0]  taken_l0_activation;  // hdl/stage.ts:8
  reg [27:0] product_l0_product;   // hdl/stage.ts:8
  reg        product_l0_invalid;   // hdl/stage.ts:8
  reg [7:0]  taken_l1_weight;      // hdl/stage.ts:8
  reg [7:0]  taken_l1_activation;  // hdl/stage.ts:8
  reg [27:0] product_l1_product;   // hdl/stage.ts:8
  reg        product_l1_invalid;   // hdl/stage.ts:8
  reg [7:0]  taken_l2_weight;      // hdl/stage.ts:8
  reg [7:0]  taken_l2_activation;  // hdl/stage.ts:8
  reg [27:0] product_l2_product;   // hdl/stage.ts:8
  reg        product_l2_invalid;   // hdl/stage.ts:8
  reg        beside_enable;        // hdl/stage.ts:8
  reg        beside_clear;         // hdl/stage.ts:8
  reg        term_enable;          // hdl/stage.ts:8
  reg        term_clear;           // hdl/stage.ts:8
  reg [29:0] term_product;         // hdl/stage.ts:8
  reg        term_invalid;         // hdl/stage.ts:8

  wire [27:0] multiplier_l0_product;
  wire        multiplier_l0_invalid;
  wire [27:0] multiplier_l1_product;
  wire        multiplier_l1_invalid;
  wire [27:0] multiplier_l2_product;
  wire        multiplier_l2_invalid;
  wire [39:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  wire [28:0] signExtend_1 = {product_l0_product[27], product_l0_product};  // hdl/dot.ts:103
  wire [28:0] add_1 = signExtend_1 + {product_l1_product[27], product_l1_product};  // hdl/arithmetic/adder/adders.ts:11
  wire [29:0] total = {add_1[28], add_1} + {{2{product_l2_product[27]}}, product_l2_product};  // hdl/arithmetic/adder/adders.ts:11

  product multiplier_l0 (  // hdl/dot.ts:95
    .weight(taken_l0_weight),
    .activation(taken_l0_activation),
    .product(multiplier_l0_product),
    .invalid(multiplier_l0_invalid)
  );

  product multiplier_l1 (  // hdl/dot.ts:95
    .weight(taken_l1_weight),
    .activation(taken_l1_activation),
    .product(multiplier_l1_product),
    .invalid(multiplier_l1_invalid)
  );

  product multiplier_l2 (  // hdl/dot.ts:95
    .weight(taken_l2_weight),
    .activation(taken_l2_activation),
    .product(multiplier_l2_product),
    .invalid(multiplier_l2_invalid)
  );

  accumulate accumulator (  // hdl/dot.ts:110
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
      taken_enable <= 1'b0;
      taken_clear <= 1'b0;
      taken_l0_weight <= 8'd0;
      taken_l0_activation <= 8'd0;
      product_l0_product <= 28'd0;
      product_l0_invalid <= 1'b0;
      taken_l1_weight <= 8'd0;
      taken_l1_activation <= 8'd0;
      product_l1_product <= 28'd0;
      product_l1_invalid <= 1'b0;
      taken_l2_weight <= 8'd0;
      taken_l2_activation <= 8'd0;
      product_l2_product <= 28'd0;
      product_l2_invalid <= 1'b0;
      beside_enable <= 1'b0;
      beside_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 30'd0;
      term_invalid <= 1'b0;
    end
    else begin
      taken_enable <= enable;
      taken_clear <= clear;
      taken_l0_weight <= weight_l0;
      taken_l0_activation <= activation_l0;
      product_l0_product <= multiplier_l0_product;
      product_l0_invalid <= multiplier_l0_invalid;
      taken_l1_weight <= weight_l1;
      taken_l1_activation <= activation_l1;
      product_l1_product <= multiplier_l1_product;
      product_l1_invalid <= multiplier_l1_invalid;
      taken_l2_weight <= weight_l2;
      taken_l2_activation <= activation_l2;
      product_l2_product <= multiplier_l2_product;
      product_l2_invalid <= multiplier_l2_invalid;
      beside_enable <= taken_enable;
      beside_clear <= taken_clear;
      term_enable <= beside_enable;
      term_clear <= beside_clear;
      term_product <= total;
      term_invalid <= (product_l0_invalid | product_l1_invalid) | product_l2_invalid;
    end
  end
endmodule

`default_nettype wire

{
  "top": "dot",
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
        "lanes": 3,
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
          "width": 30,
          "type": "SInt 30",
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
      "name": "dot",
      "file": "dot.v",
      "description": "RF8 dot-product unit",
      "parameters": {
        "activation": "int8",
        "lanes": 3,
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "pipeline": 3,
        "width": 40
      },
      "latency_cycles": 4,
      "clocked": true,
      "source": "hdl/dot.ts:78",
      "ports": [
        {
          "name": "weight.l0",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code",
          "verilog": "weight_l0",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "weight.l1",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code",
          "verilog": "weight_l1",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "weight.l2",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code",
          "verilog": "weight_l2",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "activation.l0",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation_l0",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "activation.l1",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation_l1",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "activation.l2",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation",
          "verilog": "activation_l2",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "enable",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "take the operands at this edge",
          "verilog": "enable",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "clear",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "with enable: start from 0",
          "verilog": "clear",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "sum",
          "direction": "output",
          "width": 40,
          "type": "SInt 40",
          "description": "sum of W(weight) · activation over lanes and cycles",
          "verilog": "sum",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a NaN was taken since the last clear",
          "verilog": "invalid",
          "source": "hdl/dot.ts:78"
        },
        {
          "name": "overflow",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the sum left the accumulator since the last clear",
          "verilog": "overflow",
          "source": "hdl/dot.ts:78"
        }
      ],
      "signals": [
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
          "name": "taken_l0_weight",
          "kind": "register",
          "width": 8,
          "type": "UInt 8",
          "verilog": "taken_l0_weight",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_l0_activation",
          "kind": "register",
          "width": 8,
          "type": "SInt 8",
          "verilog": "taken_l0_activation",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l0_product",
          "kind": "register",
          "width": 28,
          "type": "SInt 28",
          "verilog": "product_l0_product",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l0_invalid",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "product_l0_invalid",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_l1_weight",
          "kind": "register",
          "width": 8,
          "type": "UInt 8",
          "verilog": "taken_l1_weight",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_l1_activation",
          "kind": "register",
          "width": 8,
          "type": "SInt 8",
          "verilog": "taken_l1_activation",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l1_product",
          "kind": "register",
          "width": 28,
          "type": "SInt 28",
          "verilog": "product_l1_product",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l1_invalid",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "product_l1_invalid",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_l2_weight",
          "kind": "register",
          "width": 8,
          "type": "UInt 8",
          "verilog": "taken_l2_weight",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "taken_l2_activation",
          "kind": "register",
          "width": 8,
          "type": "SInt 8",
          "verilog": "taken_l2_activation",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l2_product",
          "kind": "register",
          "width": 28,
          "type": "SInt 28",
          "verilog": "product_l2_product",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "product_l2_invalid",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "product_l2_invalid",
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
          "width": 30,
          "type": "SInt 30",
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
        },
        {
          "name": "total",
          "kind": "named",
          "width": 30,
          "type": "SInt 30",
          "verilog": "total",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        }
      ],
      "instances": [
        {
          "name": "multiplier_l0",
          "module": "product"
        },
        {
          "name": "multiplier_l1",
          "module": "product"
        },
        {
          "name": "multiplier_l2",
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
