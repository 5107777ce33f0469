/**
 * Verilog tasks of a testbench that counts `errors`: `fault` reports one, `write_register` and `read_register` are accesses on
 * AXI4-Lite with the signals `awvalid` to `rresp`, whose answers must be OKAY.
 */
export const axiLiteTasks = `  task write_register(input [5:0] address, input [31:0] value);
    begin
      @(negedge clock);
      awvalid = 1;
      awaddr = address;
      wvalid = 1;
      wdata = value;
      @(negedge clock);
      awvalid = 0;
      wvalid = 0;
      while (bvalid !== 1) @(negedge clock);
      if (bresp !== 0) fault("a write is answered with an error");
      @(negedge clock);
    end
  endtask

  task read_register(input [5:0] address, output [31:0] value);
    begin
      @(negedge clock);
      arvalid = 1;
      araddr = address;
      @(negedge clock);
      arvalid = 0;
      while (rvalid !== 1) @(negedge clock);
      value = rdata;
      if (rresp !== 0) fault("a read is answered with an error");
      @(negedge clock);
    end
  endtask

  task fault(input [639:0] what);
    begin
      errors = errors + 1;
      $display("%0s", what);
    end
  endtask
`;
