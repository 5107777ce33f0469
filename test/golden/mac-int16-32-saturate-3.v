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

// product_registered: RF8 weight times integer activation: two shifts and one addition
//   activation = int16
// Latency: 1 cycle.
`default_nettype none

module product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // weight, RF8 code
  input  wire [15:0] activation,  // SInt: signed activation
  output wire [35:0] product,     // SInt: weight times activation; 0 where the weight is NaN
  output wire        invalid      // the weight is NaN
);
  reg [20:0] shift_sum;       // hdl/stage.ts:5
  reg [3:0]  shift_exponent;  // hdl/stage.ts:5
  reg        shift_invalid;   // hdl/stage.ts:5

  wire       decoder_negative;
  wire [3:0] decoder_exponent;
  wire [3:0] decoder_residual;
  wire       decoder_subtract;
  wire       decoder_active;
  wire       decoder_invalid;

  wire [16:0] plus = {activation[15], activation};  // hdl/product/rf8.ts:21
  wire [16:0] minus = 17'd0 - {activation[15], activation};  // hdl/arithmetic/negated.ts:6
  wire [16:0] mux_1 = (decoder_active & !decoder_negative) ? plus : 17'd0;  // hdl/product/rf8.ts:26
  wire [16:0] first = mux_1 | ((decoder_active & decoder_negative) ? minus : 17'd0);  // hdl/product/rf8.ts:26
  wire and_1 = decoder_active & (|decoder_residual);  // hdl/product/rf8.ts:31
  wire xor_1 = decoder_negative ^ decoder_subtract;  // hdl/product/rf8.ts:32
  wire [16:0] or_1 = ((and_1 & !xor_1) ? plus : 17'd0) | ((and_1 & xor_1) ? minus : 17'd0);  // hdl/product/rf8.ts:26
  wire [20:0] second = {{4{or_1[16]}}, or_1};  // hdl/product/rf8.ts:32
  wire [21:0] concat_1 = {second, 1'b0};  // hdl/product/rf8.ts:37
  wire [20:0] once = (decoder_residual[3] | decoder_residual[1]) ? concat_1[20:0] : second;  // hdl/product/rf8.ts:37
  wire [22:0] concat_2 = {once, 2'd0};  // hdl/product/rf8.ts:38
  wire [20:0] shifted = (decoder_residual[3] | decoder_residual[2]) ? concat_2[20:0] : once;  // hdl/product/rf8.ts:38
  wire [16:0] upper = first + shifted[20:4];  // hdl/arithmetic/adder/adders.ts:11
  wire [20:0] sum = {upper, shifted[3:0]};  // hdl/product/rf8.ts:40

  decode decoder (  // hdl/product/rf8.ts:19
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
  input  wire        enable,           // add product to the sum at the next rising edge
  input  wire        clear,            // with enable: start a new sum, from 0
  input  wire [35:0] product,          // SInt: term to add
  input  wire        invalid_product,  // an operand of product is NaN
  output wire [31:0] sum,              // SInt: accumulated sum
  output wire        invalid,          // sticky: an operand was NaN since the last clear
  output wire        overflow          // sticky: the sum overflowed since the last clear
);
  reg [31:0] acc;            // hdl/accumulate.ts:48
  reg        invalid_seen;   // hdl/accumulate.ts:49
  reg        overflow_seen;  // hdl/accumulate.ts:50

  wire [31:0] base = clear ? 32'd0 : acc;  // hdl/accumulate.ts:52
  wire [36:0] total = {{5{base[31]}}, base} + {product[35], product};  // hdl/arithmetic/adder/adders.ts:11
  wire overflows = !((&total[36:31]) | !(|total[36:31]));  // hdl/accumulate.ts:55

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
      if (overflows) begin
        if (total[36]) acc <= 32'h80000000;
        else acc <= 32'h7fffffff;
      end
      else acc <= total[31:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | overflows;
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
  input  wire [7:0]  weight,      // weight, RF8 code
  input  wire [15:0] activation,  // SInt: signed activation
  input  wire        enable,      // accumulate weight times activation at the next rising edge
  input  wire        clear,       // with enable: start a new sum, from 0
  output wire [31:0] sum,         // SInt: sum of weight times activation
  output wire        invalid,     // sticky: an operand was NaN since the last clear
  output wire        overflow     // sticky: the sum overflowed since the last clear
);
  reg [7:0]  operands_weight;       // hdl/stage.ts:5
  reg [15:0] operands_activation;   // hdl/stage.ts:5
  reg        operands_enable;       // hdl/stage.ts:5
  reg        operands_clear;        // hdl/stage.ts:5
  reg        control_enable;        // hdl/stage.ts:5
  reg        control_clear;         // hdl/stage.ts:5
  reg        term_enable;           // hdl/stage.ts:5
  reg        term_clear;            // hdl/stage.ts:5
  reg [35:0] term_product;          // hdl/stage.ts:5
  reg        term_invalid_product;  // hdl/stage.ts:5

  wire [35:0] multiplier_product;
  wire        multiplier_invalid;
  wire [31:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  product_registered multiplier (  // hdl/mac.ts:69
    .clock(clock),
    .reset(reset),
    .weight(operands_weight),
    .activation(operands_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  accumulate accumulator (  // hdl/mac.ts:83
    .clock(clock),
    .reset(reset),
    .enable(term_enable),
    .clear(term_clear),
    .product(term_product),
    .invalid_product(term_invalid_product),
    .sum(accumulator_sum),
    .invalid(accumulator_invalid),
    .overflow(accumulator_overflow)
  );

  assign sum = accumulator_sum;
  assign invalid = accumulator_invalid;
  assign overflow = accumulator_overflow;

  always @(posedge clock) begin
    if (reset) begin
      operands_weight <= 8'd0;
      operands_activation <= 16'd0;
      operands_enable <= 1'b0;
      operands_clear <= 1'b0;
      control_enable <= 1'b0;
      control_clear <= 1'b0;
      term_enable <= 1'b0;
      term_clear <= 1'b0;
      term_product <= 36'd0;
      term_invalid_product <= 1'b0;
    end
    else begin
      operands_weight <= weight;
      operands_activation <= activation;
      operands_enable <= enable;
      operands_clear <= clear;
      control_enable <= operands_enable;
      control_clear <= operands_clear;
      term_enable <= control_enable;
      term_clear <= control_clear;
      term_product <= multiplier_product;
      term_invalid_product <= multiplier_invalid;
    end
  end
endmodule

`default_nettype wire
