import { client } from "./client.ts";
import { type Html, html, raw } from "./html.ts";
import type { Section, Source } from "./section.ts";
import { style } from "./style.ts";

/** A document that could not be had: the command, and why. */
export interface Missing {
  readonly section: Section;
  readonly command: string;
  readonly why: string;
}

export interface Report {
  readonly title: string;
  /** What is said of the whole below the title, in paragraphs. */
  readonly facts: readonly string[];
  readonly sections: readonly Section[];
  readonly sources: readonly Source[];
  readonly missing: readonly Missing[];
}

/** The command of a document by its first words: `estimate`, `bench bits`. */
export const kindOf = (command: string): string => /^rf8 (bench \w+|\w+)/.exec(command)?.[1] ?? "";

/** The section that shows a document. */
export const sectionFor = (sections: readonly Section[], { command, document }: Source) =>
  sections.find((section) => section.takes(kindOf(command), document));

/**
 * One HTML page that needs nothing else: no file beside it and no network.
 *
 * @throws DocumentError where a document is not as its command writes it.
 */
export async function reportPage(report: Report): Promise<string> {
  const { title, facts, sections } = report;
  const parts: Html[] = [];
  for (const section of sections) parts.push(await sectionHtml(section, report));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
<header><h1>${title}</h1>${facts.map((fact) => html`<p>${fact}</p>`)}</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main">
${parts}
</main>
<script>${raw(client)}</script>
</body>
</html>
`;
  return page.html;
}

async function sectionHtml(section: Section, report: Report): Promise<Html> {
  const { sections, sources, missing } = report;
  const own = sources.filter((source) => sectionFor(sections, source) === section);
  const lost = missing.filter((one) => one.section === section);
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title">
<h2 id="${section.id}-title">${section.title}</h2>
<p>${section.about}</p>
${own.length > 0 ? await section.show(own.map(({ document }) => document)) : ""}
${lost.map((one) => html`<p class="note"><code>npx ${one.command}</code> ${one.why}</p>`)}
${wholeOf(section, own)}
${
  own.length === 0 && lost.length === 0
    ? html`<p class="note">Nothing was measured. <code>npx ${section.command} --json &gt; FILE.json</code> does it, and <code>npx rf8 report --with FILE.json</code> shows it here.</p>`
    : ""
}
${own.length > 0 ? provenance(own) : ""}
</section>
`;
}

function wholeOf({ whole }: Section, own: readonly Source[]): Html | string {
  if (whole === undefined || own.some(({ command }) => command === whole)) return "";
  return html`<p class="note">This is a part. <code>npx ${whole} --json &gt; FILE.json</code> does all of it, and <code>npx rf8 report --with FILE.json</code> shows it here.</p>`;
}

const provenance = (sources: readonly Source[]): Html =>
  html`<details><summary>Where these figures come from</summary><ul>${sources.map(
    ({ command, version, how }) =>
      html`<li><code>npx ${command}</code>: rf8 ${version}, ${how}</li>`,
  )}</ul></details>`;
