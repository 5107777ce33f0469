/** What one run of the program left. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file after the run, the given ones among them. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}
