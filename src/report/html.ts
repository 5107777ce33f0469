/** Text of HTML: what is put into it as a string is escaped, what is HTML already stays. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | undefined | readonly (string | Html)[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

const textOf = (value: Value): string =>
  value === undefined
    ? ""
    : Array.isArray(value)
      ? value.map(textOf).join("")
      : typeof value === "object"
        ? (value as Html).html
        : String(value).replaceAll(/[&<>"]/g, (letter) => escapes[letter] ?? letter);

/**
 * @example
 * html`<td>${"a < b"}</td>`.html // "<td>a &lt; b</td>"
 */
export const html = (texts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  html: texts.map((text, index) => text + textOf(values[index])).join(""),
});

/** What is HTML or SVG already. */
export const raw = (text: string): Html => ({ html: text });
