/** The accelerator and its models disagree, or a job cannot end: one line that says where. */
export class AcceleratorError extends Error {
  override readonly name = "AcceleratorError";
}
