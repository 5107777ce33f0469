/** A register of the circuit as `\dut.NAME`: yosys joins a wire of this name to it when it flattens. */
export const inner = (width: number, name: string): string =>
  `  (* hierconn *) wire [${width - 1}:0] \\dut.${name} ;`;
