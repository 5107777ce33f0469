// e5m2_product_registered: E5M2 weight times integer activation: rows of the significand and one shift
//   activation = int16
// Latency: 1 cycle.
`default_nettype none

module e5m2_product_registered (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // E5M2 code: sign, exponent, mantissa
  input  wire [15:0] activation,  // SInt: signed activation
  output wire [47:0] product,     // SInt: W(weight) * activation; 0 where the weight is NaN or infinity
  output wire        invalid      // the weight is NaN or infinity
);
  reg [18:0] shift_sum;       // hdl/stage.ts:8
  reg [4:0]  shift_exponent;  // hdl/stage.ts:8
  reg        shift_invalid;   // hdl/stage.ts:8

  wire [4:0] exponent = weight[6:2];  // hdl/product/fp8-fields.ts:27
  wire invalid_1 = &exponent;  // hdl/product/fp8-fields.ts:30
  wire reduceOr_1 = |exponent;  // hdl/product/fp8-fields.ts:31
  wire [2:0] significand =  // hdl/product/fp8-fields.ts:33
    invalid_1 ? 3'd0 :
    reduceOr_1 ? {reduceOr_1, weight[1:0]} :
    {weight[1:0], 1'b0};
  wire [16:0] operand =  // hdl/product/fp8.ts:96
    weight[7] ? 17'd0 - {activation[15], activation} :
    {activation[15], activation};
  wire [17:0] concat_1 = {operand, 1'b0};  // hdl/product/fp8.ts:62
  wire [18:0] mux_1 = significand[0] ? {{2{operand[16]}}, operand} : 19'd0;  // hdl/product/fp8.ts:64
  wire [18:0] add_1 = mux_1 + (significand[1] ? {concat_1[17], concat_1} : 19'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [18:0] sum = add_1 + (significand[2] ? {operand, 2'd0} : 19'd0);  // hdl/arithmetic/adder/adders.ts:11
  wire [49:0] shiftLeft_1 = {{31{shift_sum[18]}}, shift_sum} << shift_exponent;  // hdl/product/fp8.ts:75

  assign product = shiftLeft_1[48:1];
  assign invalid = shift_invalid;

  always @(posedge clock) begin
    if (reset) begin
      shift_sum <= 19'd0;
      shift_exponent <= 5'd0;
      shift_invalid <= 1'b0;
    end
    else begin
      shift_sum <= sum;
      shift_exponent <= exponent;
      shift_invalid <= invalid_1;
    end
  end

  wire _unused = &{1'b0, shiftLeft_1[49], shiftLeft_1[0]};
endmodule

`default_nettype wire

// e5m2_accumulate: Accumulator with clear, enable and sticky invalid and overflow
//   activation  = int16
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   width       = 60
// Latency: 1 cycle.
`default_nettype none

module e5m2_accumulate (
  input  wire        clock,            // rising edge
  input  wire        reset,            // synchronous, active high
  input  wire        enable,           // take the product at this edge
  input  wire        clear,            // with enable: start from 0
  input  wire [47:0] product,          // SInt: the term to add
  input  wire        invalid_product,  // the term is NaN or infinity
  output wire [59:0] sum,              // SInt: the accumulator
  output wire        invalid,          // a NaN or infinity was taken since the last clear
  output wire        overflow          // the sum left the accumulator since the last clear
);
  reg [59:0] acc;            // hdl/accumulate.ts:87
  reg        invalid_seen;   // hdl/accumulate.ts:88
  reg        overflow_seen;  // hdl/accumulate.ts:89

  wire [59:0] base = clear ? 60'd0 : acc;  // hdl/accumulate.ts:91
  wire [60:0] total = {base[59], base} + {{13{product[47]}}, product};  // hdl/arithmetic/adder/adders.ts:11
  wire leaves = !((&total[60:59]) | !(|total[60:59]));  // hdl/accumulate.ts:94

  assign sum = acc;
  assign invalid = invalid_seen;
  assign overflow = overflow_seen;

  always @(posedge clock) begin
    if (reset) begin
      acc <= 60'd0;
      invalid_seen <= 1'b0;
      overflow_seen <= 1'b0;
    end
    else if (enable) begin
      acc <= total[59:0];
      invalid_seen <= (!clear & invalid_seen) | invalid_product;
      overflow_seen <= (!clear & overflow_seen) | leaves;
    end
  end
endmodule

`default_nettype wire

// e5m2_mac: E5M2 multiply-accumulate unit
//   activation  = int16
//   accumulator = exact
//   terms       = 4096
//   overflow    = wrap
//   pipeline    = 3
//   width       = 60
// Latency: 4 cycles.
`default_nettype none

module e5m2_mac (
  input  wire        clock,       // rising edge
  input  wire        reset,       // synchronous, active high
  input  wire [7:0]  weight,      // E5M2 code
  input  wire [15:0] activation,  // SInt: signed activation
  input  wire        enable,      // take the operands at this edge
  input  wire        clear,       // with enable: start from 0
  output wire [59:0] sum,         // SInt: sum of W(weight) * activation
  output wire        invalid,     // a NaN or infinity was taken since the last clear
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
  reg [47:0] term_product;      // hdl/stage.ts:8
  reg        term_invalid;      // hdl/stage.ts:8

  wire [47:0] multiplier_product;
  wire        multiplier_invalid;
  wire [59:0] accumulator_sum;
  wire        accumulator_invalid;
  wire        accumulator_overflow;

  e5m2_product_registered multiplier (  // hdl/mac.ts:78
    .clock(clock),
    .reset(reset),
    .weight(taken_weight),
    .activation(taken_activation),
    .product(multiplier_product),
    .invalid(multiplier_invalid)
  );

  e5m2_accumulate accumulator (  // hdl/mac.ts:90
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
      term_product <= 48'd0;
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
  "top": "e5m2_mac",
  "modules": [
    {
      "name": "e5m2_product_registered",
      "file": "e5m2_product_registered.v",
      "description": "E5M2 weight times integer activation: rows of the significand and one shift",
      "parameters": {
        "activation": "int16"
      },
      "latency_cycles": 1,
      "clocked": true,
      "source": "hdl/product/fp8.ts:45",
      "ports": [
        {
          "name": "weight",
          "direction": "input",
          "width": 8,
          "type": "UInt 8",
          "description": "E5M2 code: sign, exponent, mantissa",
          "verilog": "weight",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "activation",
          "direction": "input",
          "width": 16,
          "type": "SInt 16",
          "description": "signed activation",
          "verilog": "activation",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "product",
          "direction": "output",
          "width": 48,
          "type": "SInt 48",
          "description": "W(weight) · activation; 0 where the weight is NaN or infinity",
          "verilog": "product",
          "source": "hdl/product/fp8.ts:45"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "the weight is NaN or infinity",
          "verilog": "invalid",
          "source": "hdl/product/fp8.ts:45"
        }
      ],
      "signals": [
        {
          "name": "shift_sum",
          "kind": "register",
          "width": 19,
          "type": "SInt 19",
          "verilog": "shift_sum",
          "source": "hdl/stage.ts:8"
        },
        {
          "name": "shift_exponent",
          "kind": "register",
          "width": 5,
          "type": "UInt 5",
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
          "name": "exponent",
          "kind": "named",
          "width": 5,
          "type": "UInt 5",
          "verilog": "exponent",
          "source": "hdl/product/fp8-fields.ts:27"
        },
        {
          "name": "invalid",
          "kind": "named",
          "width": 1,
          "type": "Bool",
          "verilog": "invalid_1",
          "source": "hdl/product/fp8-fields.ts:30"
        },
        {
          "name": "significand",
          "kind": "named",
          "width": 3,
          "type": "UInt 3",
          "verilog": "significand",
          "source": "hdl/product/fp8-fields.ts:33"
        },
        {
          "name": "operand",
          "kind": "named",
          "width": 17,
          "type": "SInt 17",
          "verilog": "operand",
          "source": "hdl/product/fp8.ts:96"
        },
        {
          "name": "sum",
          "kind": "named",
          "width": 19,
          "type": "SInt 19",
          "verilog": "sum",
          "source": "hdl/arithmetic/adder/adders.ts:11"
        }
      ],
      "instances": []
    },
    {
      "name": "e5m2_accumulate",
      "file": "e5m2_accumulate.v",
      "description": "Accumulator with clear, enable and sticky invalid and overflow",
      "parameters": {
        "activation": "int16",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "width": 60
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
          "width": 48,
          "type": "SInt 48",
          "description": "the term to add",
          "verilog": "product",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "invalid_product",
          "direction": "input",
          "width": 1,
          "type": "Bool",
          "description": "the term is NaN or infinity",
          "verilog": "invalid_product",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "sum",
          "direction": "output",
          "width": 60,
          "type": "SInt 60",
          "description": "the accumulator",
          "verilog": "sum",
          "source": "hdl/accumulate.ts:78"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a NaN or infinity was taken since the last clear",
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
          "width": 60,
          "type": "SInt 60",
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
          "width": 60,
          "type": "SInt 60",
          "verilog": "base",
          "source": "hdl/accumulate.ts:91"
        },
        {
          "name": "total",
          "kind": "named",
          "width": 61,
          "type": "SInt 61",
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
      "name": "e5m2_mac",
      "file": "e5m2_mac.v",
      "description": "E5M2 multiply-accumulate unit",
      "parameters": {
        "activation": "int16",
        "accumulator": "exact",
        "terms": 4096,
        "overflow": "wrap",
        "pipeline": 3,
        "width": 60
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
          "description": "E5M2 code",
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
          "width": 60,
          "type": "SInt 60",
          "description": "sum of W(weight) · activation",
          "verilog": "sum",
          "source": "hdl/mac.ts:64"
        },
        {
          "name": "invalid",
          "direction": "output",
          "width": 1,
          "type": "Bool",
          "description": "a NaN or infinity was taken since the last clear",
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
          "width": 48,
          "type": "SInt 48",
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
          "module": "e5m2_product_registered"
        },
        {
          "name": "accumulator",
          "module": "e5m2_accumulate"
        }
      ]
    }
  ]
}
