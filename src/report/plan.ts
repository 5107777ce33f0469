/** A command that is run for a report. */
export interface Planned {
  /** The section that shows its document, or says why there is none. */
  readonly section: string;
  /** Without `rf8` and `--json`. */
  readonly args: readonly string[];
  /** Runs before it, and writes files that it reads. */
  readonly after?: readonly string[];
}

/** What is measured of a model. Files that commands write go into a folder that is deleted afterwards. */
export function modelPlan(model: string, folder: string, quantized: boolean): Planned[] {
  const sweep = "lanes=8,16,32,64,rows=1,2,4,8";
  const weights = quantized ? model : `${folder}/rf8`;
  return [
    { section: "quality", args: ["evaluate", model, "--activations", "float"] },
    { section: "inference", args: ["simulate", model, "--tokens", "20"] },
    { section: "estimate", args: ["estimate", model] },
    { section: "formats", args: ["estimate", model, "--format", "rf8,int8,e4m3,e5m2"] },
    { section: "sweep", args: ["estimate", model, "--sweep", sweep] },
    { section: "generated", args: ["generate", "accelerator", "-o", `${folder}/accelerator`] },
    {
      section: "vectors",
      args: ["verify", "mac", "--weights", weights],
      ...(!quantized && { after: ["quantize", model, "-o", weights] }),
    },
  ];
}

/** What is measured of the project. What takes hours is read from files. */
export const projectPlan = (folder: string): Planned[] => [
  {
    section: "synthesis",
    args: ["synth", "mac", "--sweep", "format=rf8,int8,e4m3,e5m2,goal=area,balanced,delay"],
  },
  { section: "proofs", args: ["prove", "decode"] },
  { section: "mutants", args: ["mutate", "decode"] },
  ...["rf8", "int8", "e4m3", "e5m2"].map((format) => ({
    section: "energy",
    args: ["power", "mac", "--format", format, "--macs", "65536"],
  })),
  { section: "circuits", args: ["list"] },
  ...["mac", "dot", "systolic", "accelerator"].map((name) => ({
    section: "generated",
    args: ["generate", name, "-o", `${folder}/${name}`],
  })),
  ...["decode", "product", "accumulate", "mac", "dot", "systolic"].map((name) => ({
    section: "vectors",
    args: ["verify", name],
  })),
];
