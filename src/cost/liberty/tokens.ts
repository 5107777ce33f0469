import type { LibertySource } from "./source.ts";

export interface Token {
  readonly kind: "word" | "string" | "end" | "{" | "}" | "(" | ")" | ":" | ";" | ",";
  /** The word, or the string without its quotes and line continuations. */
  readonly text: string;
  readonly offset: number;
  /** A line ended between the token before and this one. */
  readonly newLine: boolean;
}

/** Blanks, comments, and line ends continued by a backslash. */
const blank = /(?:\s+|\/\*[\s\S]*?\*\/|\/\/[^\n]*|\\[ \t]*\r?\n)*/y;
/** `D[3:0]` is one word. */
const word = /(?:[^\s{}():;,"\\/]|\/(?![*/])|(?<=\[-?\d+):(?=-?\d+\]))+/y;

/** Where the string that starts at an offset ends; -1 when it does not. */
function closingQuote(text: string, offset: number): number {
  let at = text.indexOf('"', offset + 1);
  while (at >= 0 && escaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

function escaped(text: string, offset: number): boolean {
  let first = offset;
  while (text[first - 1] === "\\") first -= 1;
  return (offset - first) % 2 === 1;
}

/** Reads a Liberty text token by token. @throws CostError where no token can be. */
export class Tokens {
  #offset = 0;
  #next: Token | undefined;

  constructor(readonly source: LibertySource) {}

  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    return token;
  }

  #read(): Token {
    const { source } = this;
    const { text } = source;
    blank.lastIndex = this.#offset;
    blank.exec(text);
    const offset = blank.lastIndex;
    const between = text.slice(this.#offset, offset);
    const newLine = between.includes("\n");
    const character = text[offset];
    const token = (kind: Token["kind"], content: string, length: number): Token => {
      this.#offset = offset + length;
      return { kind, text: content, offset, newLine };
    };
    switch (character) {
      case undefined:
        return token("end", "", 0);
      case "{":
      case "}":
      case "(":
      case ")":
      case ":":
      case ";":
      case ",":
        return token(character, character, 1);
      case '"': {
        const close = closingQuote(text, offset);
        if (close < 0) source.fail(offset, 'a string has no closing "');
        const content = text.slice(offset + 1, close).replaceAll(/\\[ \t]*\r?\n/g, " ");
        return token("string", content, close + 1 - offset);
      }
      default: {
        word.lastIndex = offset;
        const [found] =
          word.exec(text) ??
          source.fail(
            offset,
            text.startsWith("/*", offset)
              ? "a comment has no closing */"
              : `there is a stray ${JSON.stringify(character)}`,
          );
        return token("word", found, found.length);
      }
    }
  }
}
