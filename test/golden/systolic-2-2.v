// decode: RF8 weight code to the two terms of W = +-(16 +- residual) * 2^exponent
// Latency: 0 cycles.
`default_nettype none

module decode (
  input  wire [7:0] weight,    // weight, RF8 code: sign, 4-bit exponent, 3-bit residual
  output wire       negative,  // the sign bit of the code
  output wire [3:0] exponent,  // exponent of the code: left shift of both terms
  output wire [3:0] residual,  // magnitude of the second term in sixteenths of the first: 0, 1, 2, 4 or 8
  output wire       subtract,  // subtract the second term instead of adding it
  output wire       active,    // the code is neither zero nor NaN
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
  input  wire [7:0]  weight,      // weight, RF8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  output wire [27:0] product,     // SInt: weight times activation; 0 where the weight is NaN
  output wire        invalid      // the weight is NaN
);
  wire       decoder_negative;
  wire [3:0] decoder_exponent;
  wire [3:0] decoder_residual;
  wire       decoder_subtract;
  wire       decoder_active;
  wire       decoder_invalid;

  wire [8:0] plus = {activation[7], activation};  // hdl/product/rf8.ts:21
  wire [8:0] minus = 9'd0 - {activation[7], activation};  // hdl/arithmetic/negated.ts:6
  wire [8:0] mux_1 = (decoder_active & !decoder_negative) ? plus : 9'd0;  // hdl/product/rf8.ts:26
  wire [8:0] first = mux_1 | ((decoder_active & decoder_negative) ? minus : 9'd0);  // hdl/product/rf8.ts:26
  wire and_1 = decoder_active & (|decoder_residual);  // hdl/product/rf8.ts:31
  wire xor_1 = decoder_negative ^ decoder_subtract;  // hdl/product/rf8.ts:32
  wire [8:0] or_1 = ((and_1 & !xor_1) ? plus : 9'd0) | ((and_1 & xor_1) ? minus : 9'd0);  // hdl/product/rf8.ts:26
  wire [12:0] second = {{4{or_1[8]}}, or_1};  // hdl/product/rf8.ts:32
  wire [13:0] concat_1 = {second, 1'b0};  // hdl/product/rf8.ts:37
  wire [12:0] once = (decoder_residual[3] | decoder_residual[1]) ? concat_1[12:0] : second;  // hdl/product/rf8.ts:37
  wire [14:0] concat_2 = {once, 2'd0};  // hdl/product/rf8.ts:38
  wire [12:0] shifted = (decoder_residual[3] | decoder_residual[2]) ? concat_2[12:0] : once;  // hdl/product/rf8.ts:38
  wire [8:0] upper = first + shifted[12:4];  // hdl/arithmetic/adder/adders.ts:11
  wire [12:0] sum = {upper, shifted[3:0]};  // hdl/product/rf8.ts:40

  decode decoder (  // hdl/product/rf8.ts:19
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
  input  wire        enable,          // clock enable of every register
  input  wire        load,            // with enable: store weight_in as the weight
  input  wire [7:0]  weight_in,       // weight from the element above, RF8 code
  input  wire [7:0]  activation_in,   // SInt: signed activation from the element on the left
  input  wire [28:0] sum_in,          // SInt: partial sum from the element above
  input  wire        invalid_in,      // the weight of an element above is NaN
  output wire [7:0]  weight_out,      // stored weight, RF8 code
  output wire [7:0]  activation_out,  // SInt: activation_in one cycle later
  output wire [28:0] sum_out,         // SInt: sum_in plus the product of this element
  output wire        invalid_out      // the weight of this element or of one above is NaN
);
  reg [7:0]  weight;           // hdl/systolic/processing-element.ts:44
  reg [7:0]  activation_held;  // hdl/systolic/processing-element.ts:45
  reg [28:0] partial;          // hdl/systolic/processing-element.ts:46
  reg        invalid_seen;     // hdl/systolic/processing-element.ts:47

  wire [27:0] multiplier_product;
  wire        multiplier_invalid;

  product multiplier (  // hdl/systolic/processing-element.ts:49
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
  input  wire        clock,         // rising edge
  input  wire        reset,         // synchronous, active high
  input  wire        enable,        // clock enable of the whole array
  input  wire        load,          // with enable: shift the weights down by one row
  input  wire [7:0]  weight_0,      // weight into row 0 of column 0, RF8 code
  input  wire [7:0]  weight_1,      // weight into row 0 of column 1, RF8 code
  input  wire [7:0]  activation_0,  // SInt: signed activation into row 0, 0 cycles after row 0
  input  wire [7:0]  activation_1,  // SInt: signed activation into row 1, 1 cycles after row 0
  output wire [28:0] sum_0,         // SInt: dot product of column 0, 2 cycles after row 0
  output wire [28:0] sum_1,         // SInt: dot product of column 1, 3 cycles after row 0
  output wire        invalid_0,     // a weight in the sum of column 0 is NaN
  output wire        invalid_1      // a weight in the sum of column 1 is NaN
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

  processing_element r0c0 (  // hdl/systolic/systolic.ts:65
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(weight_0),
    .activation_in(activation_0),
    .sum_in(29'd0),
    .invalid_in(1'b0),
    .weight_out(r0c0_weight_out),
    .activation_out(r0c0_activation_out),
    .sum_out(r0c0_sum_out),
    .invalid_out(r0c0_invalid_out)
  );

  processing_element r0c1 (  // hdl/systolic/systolic.ts:65
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(weight_1),
    .activation_in(r0c0_activation_out),
    .sum_in(29'd0),
    .invalid_in(1'b0),
    .weight_out(r0c1_weight_out),
    .activation_out(r0c1_activation_out),
    .sum_out(r0c1_sum_out),
    .invalid_out(r0c1_invalid_out)
  );

  processing_element r1c0 (  // hdl/systolic/systolic.ts:65
    .clock(clock),
    .reset(reset),
    .enable(enable),
    .load(load),
    .weight_in(r0c0_weight_out),
    .activation_in(activation_1),
    .sum_in(r0c0_sum_out),
    .invalid_in(r0c0_invalid_out),
    .weight_out(r1c0_weight_out),
    .activation_out(r1c0_activation_out),
    .sum_out(r1c0_sum_out),
    .invalid_out(r1c0_invalid_out)
  );

  processing_element r1c1 (  // hdl/systolic/systolic.ts:65
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

  assign sum_0 = r1c0_sum_out;
  assign sum_1 = r1c1_sum_out;
  assign invalid_0 = r1c0_invalid_out;
  assign invalid_1 = r1c1_invalid_out;

  wire _unused = &{1'b0, r0c1_activation_out, r1c0_weight_out, r1c1_weight_out, r1c1_activation_out};
endmodule

`default_nettype wire
