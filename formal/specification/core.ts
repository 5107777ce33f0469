import { coreCounters } from "../../hdl/core/counters.ts";
import { memoryPort } from "../../hdl/core/memory-port.ts";
import { coreStates } from "../../hdl/core/registers.ts";
import type { Property } from "../property.ts";
import { inner } from "./inner.ts";
import { reachable } from "./reachable.ts";

/**
 * What the port owes: beats of a request from an address on, writes that are not answered. A memory that was asked, and moves
 * nothing for 2^patience cycles, is lost.
 */
const portChecker = (lanes: number, assertions: string): string => `module check(
  input clock, input reset, input [39:0] base, input request, input [39:0] address, input [31:0] beats,
  input draws, input store, input [39:0] target, input [7:0] code, input arready, input rvalid,
  input [${8 * lanes - 1}:0] rdata, input [1:0] rresp, input rlast, input awready, input wready, input answer, input [1:0] bresp,
  input [4:0] patience
);
  wire takes, gives, stores, arvalid, rready, awvalid, wvalid, wlast, bready, error, silent;
  wire [39:0] araddr, awaddr;
  wire [7:0] arlen, awlen;
  wire [2:0] arsize, awsize;
  wire [1:0] arburst, awburst;
  wire [${8 * lanes - 1}:0] data, wdata;
  wire [${lanes - 1}:0] wstrb;
  reg [31:0] owed;
  reg [39:0] next;
  reg [3:0] unanswered, due;
  reg address_owed, data_owed;
  reg [39:0] written;
  reg [7:0] byte;
  reg [31:0] quiet;
  reg lost;
  // A memory answers what it has taken.
  wire bvalid = answer && due != 0;
  ${memoryPort({ lanes }).name} dut(
    .clock(clock), .reset(reset), .base(base), .core_request_valid(request), .core_request_ready(takes),
    .core_request_bits_address(address), .core_request_bits_beats(beats),
    .core_data_valid(gives), .core_data_ready(draws), .core_data_bits(data),
    .core_store_valid(store), .core_store_ready(stores), .core_store_bits_address(target), .core_store_bits_code(code),
    .memory_arvalid(arvalid), .memory_arready(arready), .memory_araddr(araddr), .memory_arlen(arlen),
    .memory_arsize(arsize), .memory_arburst(arburst), .memory_rvalid(rvalid), .memory_rready(rready),
    .memory_rdata(rdata), .memory_rresp(rresp), .memory_rlast(rlast),
    .memory_awvalid(awvalid), .memory_awready(awready), .memory_awaddr(awaddr), .memory_awlen(awlen),
    .memory_awsize(awsize), .memory_awburst(awburst), .memory_wvalid(wvalid), .memory_wready(wready),
    .memory_wdata(wdata), .memory_wstrb(wstrb), .memory_wlast(wlast),
    .memory_bvalid(bvalid), .memory_bready(bready), .memory_bresp(bresp),
    .patience(patience), .error(error), .silent(silent)
  );
  wire ar = arvalid && arready, aw = awvalid && awready, w = wvalid && wready, b = bvalid && bready;
  wire asks = request && takes && !lost, puts = store && stores && !lost;
  wire awaited = arvalid || awvalid || wvalid || unanswered != 0 || draws;
  wire moves = ar || aw || w || b || (rvalid && draws);
  // The write whose address and data have both been taken.
  wire complete = (address_owed || data_owed) && (!address_owed || aw) && (!data_owed || w);
  always @(posedge clock)
    if (reset) begin
      owed <= 0;
      next <= 0;
      unanswered <= 0;
      due <= 0;
      address_owed <= 0;
      data_owed <= 0;
      written <= 0;
      byte <= 0;
      quiet <= 0;
      lost <= 0;
    end else begin
      quiet <= awaited && !moves ? quiet + 1 : 0;
      lost <= lost || quiet[patience];
      if (asks) begin
        owed <= beats;
        next <= base + address;
      end else if (ar) begin
        owed <= owed - arlen - 1;
        next <= next + ${lanes} * (arlen + 40'd1);
      end
      unanswered <= unanswered + puts - b;
      due <= due + complete - b;
      if (puts) begin
        address_owed <= 1;
        data_owed <= 1;
        written <= base + target;
        byte <= code;
      end else begin
        if (aw) address_owed <= 0;
        if (w) data_owed <= 0;
      end
    end
${inner(32, "beats_left")}
${inner(40, "read_address")}
${inner(40, "write_address")}
${inner(8, "write_code")}
${inner(4, "writes_pending")}
${inner(32, "cycles_silent")}
  always @* begin
    assert (\\dut.beats_left == owed && \\dut.read_address == next && \\dut.writes_pending == unanswered);
    assert (awvalid == address_owed && wvalid == data_owed);
    assert (\\dut.write_address == written && \\dut.write_code == byte);
    assert (unanswered == due + (address_owed || data_owed));
    assert (\\dut.cycles_silent == quiet && silent == lost);
  end
${assertions}
endmodule
`;

const portAssertions = (lanes: number): Readonly<Record<string, string>> => ({
  "a request becomes bursts of whole beats, one behind the other, that are all of it and no more": `  always @* begin
    assert (arvalid == (owed != 0));
    if (arvalid) assert (arlen < owed && araddr == {next[39:${Math.log2(lanes)}], ${Math.log2(lanes)}'d0});
    if (arvalid) assert (arburst == 1 && arsize == ${Math.log2(lanes)});
    if (takes && !lost) assert (owed == 0 || (ar && owed == arlen + 1));
  end`,
  "no burst crosses 4 KiB": `  wire [40:0] last = araddr + ${lanes} * (arlen + 41'd1) - 1;
  always @* if (arvalid) assert (last[40:12] == {1'b0, araddr[39:12]});`,
  "an address or a beat stays valid and unchanged until it is accepted": `  reg ar_waits, aw_waits, w_waits;
  reg [39:0] ar_before, aw_before;
  reg [7:0] length_before;
  reg [${8 * lanes - 1}:0] w_before;
  reg [${lanes - 1}:0] strobes_before;
  always @(posedge clock) begin
    ar_waits <= !reset && arvalid && !arready;
    aw_waits <= !reset && awvalid && !awready;
    w_waits <= !reset && wvalid && !wready;
    ar_before <= araddr;
    length_before <= arlen;
    aw_before <= awaddr;
    w_before <= wdata;
    strobes_before <= wstrb;
  end
  always @* begin
    if (ar_waits) assert (arvalid && araddr == ar_before && arlen == length_before);
    if (aw_waits) assert (awvalid && awaddr == aw_before);
    if (w_waits) assert (wvalid && wdata == w_before && wstrb == strobes_before);
  end`,
  "a code is written once, as one byte at its address": `  always @* begin
    if (awvalid) assert (awaddr == {written[39:${Math.log2(lanes)}], ${Math.log2(lanes)}'d0} && awlen == 0 && awburst == 1);
    if (wvalid) assert (wlast && wstrb == ${lanes}'d1 << written[${Math.log2(lanes) - 1}:0]);
    if (wvalid) assert (wdata == {${lanes}{byte}});
    if (puts) assert (!address_owed && !data_owed);
  end`,
  "no request is accepted before all writes are answered, and no answer is lost": `  always @* begin
    if (asks) assert (unanswered == 0);
    assert (bready);
    if (puts) assert (unanswered != 15);
  end`,
  "nothing waits without a reason: what is owed is asked for, what is idle accepts the next": `  always @* begin
    if (owed == 0 && unanswered == 0) assert (takes);
    if (!address_owed && !data_owed && unanswered != 15) assert (stores);
    if (!lost) assert (gives == rvalid && rready == draws && data == (rresp[1] ? 0 : rdata));
    assert (error == ((rvalid && draws && rresp[1]) || (bvalid && bresp[1])));
  end`,
  "a memory that moves nothing for 2^patience cycles is lost, no other is, and then the core waits for nothing": `  wire [32:0] limit = 33'd1 << patience;
  reg [32:0] limit_before;
  reg [31:0] quiet_before;
  reg was_reset, was_silent;
  always @(posedge clock) begin
    limit_before <= limit;
    quiet_before <= quiet;
    was_reset <= reset;
    was_silent <= silent;
  end
  always @* begin
    assume (was_reset || limit == limit_before);
    if (!silent) assert (quiet <= limit);
    if (!was_reset && silent && !was_silent) assert (quiet_before == limit);
    if (!was_reset && was_silent) assert (silent);
    if (silent) assert (takes && stores && gives && data == 0 && rready);
  end`,
});

/** The memory port of the decoder core, for any core and any memory that answers what it has taken: rules of AXI4, order, no deadlock. */
export function memoryPortProperties(lanes: number): Property[] {
  const subject = memoryPort({ lanes });
  const stated = (name: string, assertion: string): Property => ({
    circuit: "core_memory_port",
    parameters: { lanes },
    name,
    subject,
    clocked: true,
    checker: portChecker(lanes, assertion),
  });
  return [
    ...Object.entries(portAssertions(lanes)).map(([name, assertion]) => stated(name, assertion)),
    reachable(
      stated("", ""),
      "a request that ends in two bursts is followed at once by the next",
      "asks && ar && ar_before",
      `  reg ar_before;
  always @(posedge clock) ar_before <= !reset && ar && owed != arlen + 1;
`,
    ),
    reachable(
      stated("", ""),
      "a memory is lost while it owes the beats of a request",
      "lost && owed == 0 && rready",
    ),
  ];
}

const names = ["product", "vector", "memory", "sequencing"] as const;

/** The counters of the decoder core: every busy cycle counts as exactly one of four. */
export function coreCounterProperties(): Property[] {
  const { width } = coreStates.type;
  const checker = `module check(
  input clock, input reset, input [${width - 1}:0] state, input data, input stored
);
${names.map((name) => `  wire [47:0] ${name};\n  reg [47:0] ${name}_before;\n`).join("")}
  wire rows = state == ${coreStates.Rows.value}, stream = state == ${coreStates.Stream.value};
  core_counters dut(
    .clock(clock), .reset(reset), .state(state), .weights(rows && data), .loads(stream && data), .data(data), .stored(stored),
${names.map((name) => `    .cycles_${name}(${name})`).join(",\n")}
  );
  reg busy, was;
  always @(posedge clock) begin
    was <= !reset;
    busy <= state != ${coreStates.Idle.value};
${names.map((name) => `    ${name}_before <= ${name};`).join("\n")}
  end
${names.map((name) => `  wire ${name}_counts = ${name} != ${name}_before;`).join("\n")}
  always @* if (was) begin
${names.map((name) => `    assert (${name} == ${name}_before + ${name}_counts);`).join("\n")}
    assert ({2'd0, product_counts} + vector_counts + memory_counts + sequencing_counts == busy);
  end
endmodule
`;
  return [
    {
      circuit: "core_counters",
      parameters: {},
      clocked: true,
      checker,
      name: "every busy cycle counts as one of four, no other as any",
      subject: coreCounters(),
    },
  ];
}
