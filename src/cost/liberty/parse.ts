import { type LibertyAttribute, LibertyGroup } from "./group.ts";
import { LibertySource } from "./source.ts";
import { type Token, Tokens } from "./tokens.ts";

/** Groups inside groups; real libraries have about six. */
const deepest = 32;

/**
 * The `library` group of a Liberty text.
 *
 * @throws CostError with the line, what is wrong, and what would be right.
 */
export function parseLiberty(file: string, text: string): LibertyGroup {
  const source = new LibertySource(file, text);
  const tokens = new Tokens(source);
  const first = tokens.take();
  if (first.kind !== "word" || first.text.toLowerCase() !== "library") {
    source.fail(first.offset, `a Liberty file starts with library (NAME) {, not ${shown(first)}`);
  }
  const library = statement(tokens, first, 0);
  if (!(library instanceof LibertyGroup)) {
    return source.fail(first.offset, "library (NAME) is followed by a group in { }");
  }
  const rest = tokens.take();
  if (rest.kind !== "end") {
    source.fail(rest.offset, `the library ends before ${shown(rest)}; one file is one library`);
  }
  return library;
}

const shown = (token: Token): string =>
  token.kind === "end" ? "the end of the file" : JSON.stringify(token.text);

function expected(tokens: Tokens, what: string): never {
  const token = tokens.peek();
  return tokens.source.fail(token.offset, `${what} must come here, not ${shown(token)}`);
}

/** What a name begins: an attribute or a group. */
function statement(tokens: Tokens, token: Token, depth: number): LibertyAttribute | LibertyGroup {
  const { source } = tokens;
  const { offset } = token;
  const name = token.text.toLowerCase();
  const opening = tokens.peek();
  if (opening.kind === ":") {
    tokens.take();
    const values = [simpleValue(tokens, token)];
    end(tokens);
    return { name, values, offset, complex: false };
  }
  if (opening.kind !== "(") return expected(tokens, `: or ( after ${token.text}`);
  tokens.take();
  const values = list(tokens);
  if (tokens.peek().kind !== "{") {
    end(tokens);
    if (name === "include_file") {
      source.fail(offset, "include_file is not followed; put the texts into one file");
    }
    return { name, values, offset, complex: true };
  }
  tokens.take();
  if (depth === deepest) source.fail(offset, `groups are nested more than ${deepest} deep`);
  const outer = source.cell;
  if (name === "cell") source.cell = values.at(0) ?? "";
  const group = new LibertyGroup({ source, kind: name, names: values, offset, cell: source.cell });
  body(tokens, group, depth);
  source.cell = outer;
  end(tokens);
  return group;
}

function body(tokens: Tokens, group: LibertyGroup, depth: number): void {
  for (let token = tokens.peek(); token.kind !== "}"; token = tokens.peek()) {
    if (token.kind === "end") {
      tokens.source.fail(group.offset, `${group.title} has no closing }; is the file truncated?`);
    }
    if (token.kind !== "word") expected(tokens, `an attribute or a group of ${group.title}`);
    const found = statement(tokens, tokens.take(), depth + 1);
    if (found instanceof LibertyGroup) group.groups.push(found);
    else group.attributes.push(found);
  }
  tokens.take();
}

/** The semicolon, which many files leave out at the end of a line. */
function end(tokens: Tokens): void {
  while (tokens.peek().kind === ";") tokens.take();
}

const ofExpression = ["word", "(", ")"];

/** A string, or an expression up to the semicolon or the end of the line: `VDD + 0.5`, `(CLK)`. */
function simpleValue(tokens: Tokens, name: Token): string {
  const first = tokens.peek();
  if (first.kind === "string") return tokens.take().text;
  if (!ofExpression.includes(first.kind)) return expected(tokens, `the value of ${name.text}`);
  const words = [tokens.take().text];
  for (
    let next = tokens.peek();
    ofExpression.includes(next.kind) && !next.newLine;
    next = tokens.peek()
  ) {
    words.push(tokens.take().text);
  }
  return words.join(" ");
}

/** Values in parentheses, with commas or blanks between them. */
function list(tokens: Tokens): string[] {
  const values: string[] = [];
  for (let token = tokens.take(); token.kind !== ")"; token = tokens.take()) {
    if (token.kind === "word" || token.kind === "string") values.push(token.text);
    else if (token.kind !== ",") {
      tokens.source.fail(token.offset, `a value or ) must come here, not ${shown(token)}`);
    }
  }
  return values;
}
