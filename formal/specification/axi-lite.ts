import { axiLiteSlave } from "../../hdl/bus/axi-lite.ts";
import type { Property } from "../property.ts";
import { reachable } from "./reachable.ts";

/** A write and a read by the rules of AXI4-Lite: what the slave holds, and what it owes. */
const checker = (assertions: string): string => `module check(
  input clock, input reset, input awvalid, input [5:0] awaddr, input wvalid, input [31:0] wdata,
  input [3:0] wstrb, input bready, input arvalid, input [5:0] araddr, input rready,
  input write_error, input [31:0] read_data, input read_error
);
  wire awready, wready, bvalid, arready, rvalid, enable;
  wire [1:0] bresp, rresp;
  wire [31:0] rdata, write_data;
  wire [3:0] word, strobe, read_word;
  ${axiLiteSlave().name} dut(
    .clock(clock), .reset(reset), .axi_awvalid(awvalid), .axi_awready(awready), .axi_awaddr(awaddr),
    .axi_wvalid(wvalid), .axi_wready(wready), .axi_wdata(wdata), .axi_wstrb(wstrb),
    .axi_bvalid(bvalid), .axi_bready(bready), .axi_bresp(bresp),
    .axi_arvalid(arvalid), .axi_arready(arready), .axi_araddr(araddr),
    .axi_rvalid(rvalid), .axi_rready(rready), .axi_rdata(rdata), .axi_rresp(rresp),
    .bus_write_enable(enable), .bus_write_word(word), .bus_write_data(write_data),
    .bus_write_strobe(strobe), .bus_write_error(write_error),
    .bus_read_word(read_word), .bus_read_data(read_data), .bus_read_error(read_error)
  );
  wire aw = awvalid && awready, w = wvalid && wready, b = bvalid && bready;
  wire ar = arvalid && arready, r = rvalid && rready;
  reg address_accepted, data_accepted, owed, read_owed, error, read_failed;
  reg [3:0] number, bytes;
  reg [31:0] value, answer;
  always @(posedge clock)
    if (reset) begin
      address_accepted <= 0;
      data_accepted <= 0;
      owed <= 0;
      read_owed <= 0;
    end else begin
      if (aw) begin
        address_accepted <= 1;
        number <= awaddr[5:2];
      end else if (enable) address_accepted <= 0;
      if (w) begin
        data_accepted <= 1;
        value <= wdata;
        bytes <= wstrb;
      end else if (enable) data_accepted <= 0;
      if (enable) begin
        owed <= 1;
        error <= write_error;
      end else if (b) owed <= 0;
      if (ar) begin
        read_owed <= 1;
        answer <= read_data;
        read_failed <= read_error;
      end else if (r) read_owed <= 0;
    end
${assertions}
endmodule
`;

const assertions: Readonly<Record<string, string>> = {
  "every write takes effect once, with its own address, data and bytes": `  always @* begin
    if (aw) assert (!address_accepted);
    if (w) assert (!data_accepted);
    if (enable) begin
      assert (address_accepted && data_accepted && !owed);
      assert (word == number && write_data == value && strobe == bytes);
    end
    if (address_accepted) assert (!awready && word == number);
    if (data_accepted) assert (!wready && write_data == value && strobe == bytes);
  end`,
  "every write and every read is answered once, with its own error and data": `  always @* begin
    assert (bvalid == owed);
    if (owed) assert (bresp == {error, 1'b0});
    assert (rvalid == read_owed);
    if (read_owed) assert (rdata == answer && rresp == {read_failed, 1'b0});
    if (ar) assert (!read_owed && read_word == araddr[5:2]);
  end`,
  "an answer stays valid and unchanged until it is accepted": `  reg b_waits, r_waits;
  reg [1:0] b_before, r_before;
  reg [31:0] d_before;
  always @(posedge clock) begin
    b_waits <= !reset && bvalid && !bready;
    r_waits <= !reset && rvalid && !rready;
    b_before <= bresp;
    r_before <= rresp;
    d_before <= rdata;
  end
  always @* begin
    if (b_waits) assert (bvalid && bresp == b_before);
    if (r_waits) assert (rvalid && rresp == r_before && rdata == d_before);
  end`,
  "nothing is valid in the cycle after a reset, and every channel is ready": `  reg after_reset;
  always @(posedge clock) after_reset <= reset;
  always @* if (after_reset) assert (!bvalid && !rvalid && awready && wready && arready);`,
  "a read is answered in the next cycle; a write in the cycle after it takes effect, for which it waits one cycle at most of a master that accepts answers": `  reg asked, took, waited;
  always @(posedge clock) begin
    asked <= !reset && ar;
    took <= !reset && enable;
    waited <= !reset && address_accepted && data_accepted && !enable && bready;
  end
  always @* begin
    if (asked) assert (rvalid);
    if (took) assert (bvalid);
    if (waited) assert (enable);
  end`,
  "nothing waits without a reason: address and data that are here take effect, and what is free is ready": `  always @* begin
    assert (enable == (address_accepted && data_accepted && !owed));
    assert (awready == !address_accepted);
    assert (wready == !data_accepted);
    assert (arready == !read_owed);
  end`,
};

/** The AXI4-Lite slave, for any master: protocol rules, nothing lost or doubled, no deadlock. */
export function axiLiteProperties(): Property[] {
  const always = Object.entries(assertions).map(
    ([name, assertion]): Property => ({
      circuit: "axi_lite_slave",
      parameters: {},
      name,
      subject: axiLiteSlave(),
      clocked: true,
      checker: checker(`${assertion}
  always @* assert (bvalid == owed && rvalid == read_owed && awready == !address_accepted && wready == !data_accepted);`),
    }),
  );
  const [first] = always;
  return first
    ? [
        ...always,
        reachable(
          { ...first, checker: checker("") },
          "a write and a read are answered in one cycle, and another write waits behind",
          "b && r && address_accepted && data_accepted",
        ),
      ]
    : [];
}
