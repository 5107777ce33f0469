/** Circuits whose Verilog is kept, to the byte: a name of the catalogue and its parameters. */
export const golden = [
  ["mac", {}],
  ["mac", { activation: "int16", accumulator: 32, overflow: "saturate", pipeline: 3 }],
  ["dot", { lanes: 3, pipeline: 3 }],
  ["systolic", { rows: 2, columns: 2 }],
  ["mac", { format: "int8", pipeline: 3 }],
  ["mac", { format: "e4m3", pipeline: 0 }],
  ["mac", { format: "e5m2", activation: "int16", pipeline: 3 }],
] as const;
