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
  input  wire        enable,           // add product to the sum at the next rising edge
  input  wire        clear,            // with enable: start a new sum, from 0
  input  wire [27:0] product,          // SInt: term to add
  input  wire        invalid_product,  // an operand of product is NaN
  output wire [39:0] sum,              // SInt: accumulated sum
  output wire        invalid,          // sticky: an operand was NaN since the last clear
  output wire        overflow          // sticky: the sum overflowed since the last clear
);
  reg [39:0] acc;            // hdl/accumulate.ts:48
  reg        invalid_seen;   // hdl/accumulate.ts:49
  reg        overflow_seen;  // hdl/accumulate.ts:50

  wire [39:0] base = clear ? 40'd0 : acc;  // hdl/accumulate.ts:52
  wire [40:0] total = {base[39], base} + {{13{product[27]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire overflows = !((&total[40:39]) | !(|total[40:39]));  // hdl/accumulate.ts:55

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
      overflow_seen <= (!clear & overflow_seen) | overflows;
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
  input  wire [7:0]  weight,      // weight, RF8 code
  input  wire [7:0]  activation,  // SInt: signed activation
  input  wire        enable,      // accumulate weight times activation at the next rising edge
  input  wire        clear,       // with enable: start a new sum, from 0
  output wire [39:0] sum,         // SInt: sum of weight times activation
  output wire        invalid,     // sticky: an operand was NaN since the last clear
  output wire        overflow     // sticky: the sum overflowed since the last clear
);
  wire [27:0] multiplier_product;
  wire        multiplier_invalid;
  wire [39:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  product multiplier (  // hdl/mac.ts:69
    .weight(weight),
    .activation(activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  accumulate accumulator (  // hdl/mac.ts:83
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
