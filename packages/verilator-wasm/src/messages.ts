/** One message of Verilator. */
export interface Message {
  readonly severity: "error" | "warning";
  /** Such as `WIDTH` or `UNUSEDSIGNAL`; an error of syntax has none. */
  readonly code: string | undefined;
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly text: string;
}

const pattern = /^%(Error|Warning)(?:-(\w+))?: (?:([^:\s]+):(\d+):(?:(\d+):)? )?(.*)$/;

/** The messages in what Verilator printed; the excerpts of the source after each are left out. */
export function messagesIn(log: string): Message[] {
  return log.split("\n").flatMap((row) => {
    const match = pattern.exec(row);
    // Verilator ends with a count of its messages.
    if (!match || /^Exiting due to/.test(match[6] ?? "")) return [];
    const [, severity, code, file, line, column, text = ""] = match;
    return {
      severity: severity === "Error" ? ("error" as const) : ("warning" as const),
      code,
      file,
      line: line === undefined ? undefined : Number(line),
      column: column === undefined ? undefined : Number(column),
      text,
    };
  });
}

/** A message as one line: where, what, and Verilator's code for it. */
export function messageLine({ file, line, column, code, text }: Message): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place ? `${place}: ` : ""}${text}${code ? ` [${code}]` : ""}`;
}
