import type { Html } from "./html.ts";
import type { Part } from "./part.ts";

/** A part of the page, and the documents that it shows. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** What the reader sees here, in a sentence or two. */
  readonly about: string;
  /** What makes its documents, for those who have none; MODEL stands for the model. */
  readonly command: string;
  /** What measures all of it and takes so long that a report does not run it. */
  readonly whole?: string;
  /** Whether it shows a document of such a command, named by its first words: `estimate`, `bench bits`. */
  takes(command: string, document: Part): boolean;
  /** @throws DocumentError where a document is not as the command writes it. */
  show(documents: readonly Part[]): Html | Promise<Html>;
}

/** A document and where it is from. */
export interface Source {
  /** As the command line was, without `--json`. */
  readonly command: string;
  readonly version: string;
  readonly document: Part;
  /** Such as `run in 1.2 s` or `read from evaluate.json`. */
  readonly how: string;
}
