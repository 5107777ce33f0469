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

// processing_element: Weight-stationary element: sum_out' = sum_in + W(weight) * activation_in
//   activation = int8
//   width      = 29
// Latency: 1 cycle.
`default_nettype none

module processing_element (
  input  wire        clock,           // rising edge
  input  wire        reset,           // synchronous, active high
  input  wire        enable,          // every register moves at this edge
  input  wire        load,            // with enable: take weight_in
  input  wire [7:0]  weight_in,       // RF8 code from above
  input  wire [7:0]  activation_in,   // SInt: signed activation from the left
  input  wire [28:0] sum_in,          // SInt: partial sum from above
  input  wire        invalid_in,      // a weight above is NaN
  output wire [7:0]  weight_out,      // the weight kept
  output wire [7:0]  activation_out,  // SInt: activation_in, one cycle later
  output wire [28:0] sum_out,         // SInt: partial sum with this element's product
  output wire        invalid_out      // this weight or one above is NaN
);
  reg [7:0]  weight;           // hdl/systolic/processing-element.ts:53
  reg [7:0]  activation_held;  // hdl/systolic/processing-element.ts:54
  reg [28:0] partial;          // hdl/systolic/processing-element.ts:55
  reg        invalid_seen;     // hdl/systolic/processing-element.ts:56

  wire [27:0] multiplier_product;
  wire        multiplier_invalid;

  product multiplier (  // hdl/systolic/processing-element.ts:58
    .weight(weight),
    .activation(activation_in),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  assign weight_out = weight;
  assign activation_out = activation_held;
  assign sum_out = partial;
  assign invalid_out = invalid_seen;

  always @(posedge clock) begin
    if (reset) begin
      weight <= 8'd0;
      activation_held <= 8'd0;
      partial <= 29'd0;
      invalid_seen <= 1'b0;
    end
    else if (enable) begin
      if (load) weight <= weight_in;
      activation_held <= activation_in;
      partial <= sum_in + {multiplier_product[27], multiplier_product};
      invalid_seen <= invalid_in | multiplier_invalid;
    end
  end
endmodule

`default_nettype wire

// systolic: Weight-stationary systolic array of RF8 processing elements
//   activation = int8
//   rows       = 2
//   columns    = 2
//   width      = 29
`default_nettype none

module systolic (
  input  wire        clock,          // rising edge
  input  wire        reset,          // synchronous, active high
  input  wire        enable,         // every register moves at this edge
  input  wire        load,           // with enable: shift the weights down by one row
  input  wire [7:0]  weight_c0,      // RF8 code into row 0 of column 0
  input  wire [7:0]  weight_c1,      // RF8 code into row 0 of column 1
  input  wire [7:0]  activation_r0,  // SInt: signed activation into row 0, skewed by 0
  input  wire [7:0]  activation_r1,  // SInt: signed activation into row 1, skewed by 1
  output wire [28:0] sum_c0,         // SInt: dot product of column 0, 2 cycles after row 0
  output wire [28:0] sum_c1,         // SInt: dot product of column 1, 3 cycles after row 0
  output wire        invalid_c0,     // a weight of column 0 was NaN
  output wire        invalid_c1      // a weight of column 1 was NaN
);
  wire [7:0]  r0c0_weight_out;
  wire [7:0]  r0c0_activation_out;
  wire [28:0] r0c0_sum_out;
  wire        r0c0_invalid_out;
  wire [7:0]  r0c1_weight_out;
  wire [7:0]  r0c1_activation_out;
  wire [28:0] r0c1_sum_out;
  wire        r0c1_invalid_out;
  wire [7:0]  r1c0_weight_out;
  wire [7:0]  r1c0_activation_out;
  wire [28:0] r1c0_sum_out;
  wire        r1c0_invalid_out;
  wire [7:0]  r1c1_weight_out;
  wire [7:0]  r1c1_activation_out;
  wire [28:0] r1c1_sum_out;
  wire        r1c1_invalid_out;

  processing_element r0c0 (  // hdl/systolic/systolic.ts:88
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(weight_c0),
    .activation_in(activation_r0),
    .sum_in(29'd0),
    .invalid_in(1'b0),
    .weight_out(r0c0_weight_out),
    .activation_out(r0c0_activation_out),
    .sum_out(r0c0_sum_out),
    .invalid_out(r0c0_invalid_out)
  );

  processing_element r0c1 (  // hdl/systolic/systolic.ts:88
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(weight_c1),
    .activation_in(r0c0_activation_out),
    .sum_in(29'd0),
    .invalid_in(1'b0),
    .weight_out(r0c1_weight_out),
    .activation_out(r0c1_activation_out),
    .sum_out(r0c1_sum_out),
    .invalid_out(r0c1_invalid_out)
  );

  processing_element r1c0 (  // hdl/systolic/systolic.ts:88
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(r0c0_weight_out),
    .activation_in(activation_r1),
    .sum_in(r0c0_sum_out),
    .invalid_in(r0c0_invalid_out),
    .weight_out(r1c0_weight_out),
    .activation_out(r1c0_activation_out),
    .sum_out(r1c0_sum_out),
    .invalid_out(r1c0_invalid_out)
  );

  processing_element r1c1 (  // hdl/systolic/systolic.ts:88
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(r0c1_weight_out),
    .activation_in(r1c0_activation_out),
    .sum_in(r0c1_sum_out),
    .invalid_in(r0c1_invalid_out),
    .weight_out(r1c1_weight_out),
    .activation_out(r1c1_activation_out),
    .sum_out(r1c1_sum_out),
    .invalid_out(r1c1_invalid_out)
  );

  assign sum_c0 = r1c0_sum_out;
  assign sum_c1 = r1c1_sum_out;
  assign invalid_c0 = r1c0_invalid_out;
  assign invalid_c1 = r1c1_invalid_out;

  wire _unused = &{1'b0, r0c1_activation_out, r1c0_weight_out, r1c1_weight_out, r1c1_activation_out};
endmodule

`default_nettype wire

{
  "top": "systolic",
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
      "name": "processing_element",
      "file": "processing_element.v",
      "description": "Weight-stationary element: sum_out' = sum_in + W(weight) · activation_in",
      "parameters": {
        "activation": "int8",
        "width": 29
      },
      "latency_cycles": 1,
      "clocked": true,
      "source": "hdl/systolic/processing-element.ts:33",
      "ports": [
        {
          "name": "enable",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "every register moves at this edge",
          "verilog": "enable",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "load",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "with enable: take weight_in",
          "verilog": "load",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "weight_in",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code from above",
          "verilog": "weight_in",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "activation_in",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation from the left",
          "verilog": "activation_in",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "sum_in",
          "direction": "input",
          "width": 29,
          "type": "SInt 29",
          "description": "partial sum from above",
          "verilog": "sum_in",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "invalid_in",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "a weight above is NaN",
          "verilog": "invalid_in",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "weight_out",
          "direction": "output",
          "width": 8,
          "type": "UInt 8",
          "description": "the weight kept",
          "verilog": "weight_out",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "activation_out",
          "direction": "output",
          "width": 8,
          "type": "SInt 8",
          "description": "activation_in, one cycle later",
          "verilog": "activation_out",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "sum_out",
          "direction": "output",
          "width": 29,
          "type": "SInt 29",
          "description": "partial sum with this element's product",
          "verilog": "sum_out",
          "source": "hdl/systolic/processing-element.ts:33"
        },
        {
          "name": "invalid_out",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "this weight or one above is NaN",
          "verilog": "invalid_out",
          "source": "hdl/systolic/processing-element.ts:33"
        }
      ],
      "signals": [
        {
          "name": "weight",
          "kind": "register",
          "width": 8,
          "type": "UInt 8",
          "verilog": "weight",
          "source": "hdl/systolic/processing-element.ts:53"
        },
        {
          "name": "activation_held",
          "kind": "register",
          "width": 8,
          "type": "SInt 8",
          "verilog": "activation_held",
          "source": "hdl/systolic/processing-element.ts:54"
        },
        {
          "name": "partial",
          "kind": "register",
          "width": 29,
          "type": "SInt 29",
          "verilog": "partial",
          "source": "hdl/systolic/processing-element.ts:55"
        },
        {
          "name": "invalid_seen",
          "kind": "register",
          "width": 1,
          "type": "Bool",
          "verilog": "invalid_seen",
          "source": "hdl/systolic/processing-element.ts:56"
        }
      ],
      "instances": [
        {
          "name": "multiplier",
          "module": "product"
        }
      ]
    },
    {
      "name": "systolic",
      "file": "systolic.v",
      "description": "Weight-stationary systolic array of RF8 processing elements",
      "parameters": {
        "activation": "int8",
        "rows": 2,
        "columns": 2,
        "width": 29
      },
      "latency_cycles": null,
      "clocked": true,
      "source": "hdl/systolic/systolic.ts:70",
      "ports": [
        {
          "name": "enable",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "every register moves at this edge",
          "verilog": "enable",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "load",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "with enable: shift the weights down by one row",
          "verilog": "load",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "weight.c0",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code into row 0 of column 0",
          "verilog": "weight_c0",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "weight.c1",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "RF8 code into row 0 of column 1",
          "verilog": "weight_c1",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "activation.r0",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation into row 0, skewed by 0",
          "verilog": "activation_r0",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "activation.r1",
          "direction": "input",
          "width": 8,
          "type": "SInt 8",
          "description": "signed activation into row 1, skewed by 1",
          "verilog": "activation_r1",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "sum.c0",
          "direction": "output",
          "width": 29,
          "type": "SInt 29",
          "description": "dot product of column 0, 2 cycles after row 0",
          "verilog": "sum_c0",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "sum.c1",
          "direction": "output",
          "width": 29,
          "type": "SInt 29",
          "description": "dot product of column 1, 3 cycles after row 0",
          "verilog": "sum_c1",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "invalid.c0",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a weight of column 0 was NaN",
          "verilog": "invalid_c0",
          "source": "hdl/systolic/systolic.ts:70"
        },
        {
          "name": "invalid.c1",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a weight of column 1 was NaN",
          "verilog": "invalid_c1",
          "source": "hdl/systolic/systolic.ts:70"
        }
      ],
      "signals": [],
      "instances": [
        {
          "name": "r0c0",
          "module": "processing_element"
        },
        {
          "name": "r0c1",
          "module": "processing_element"
        },
        {
          "name": "r1c0",
          "module": "processing_element"
        },
        {
          "name": "r1c1",
          "module": "processing_element"
        }
      ]
    }
  ]
}
