import { uint } from "@chisel-ts/core";
import { type Wave, waveSvg } from "../../../sim/wave/index.ts";
import { type Html, html, raw } from "../html.ts";
import type { Part } from "../part.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";
import { parametersOf } from "./circuits.ts";

/** A verdict in words and a sign, so that nobody needs its colour. */
const verdictLine = (good: boolean, text: string): Html =>
  html`<p class="verdict ${good ? "good" : "bad"}">${good ? "✓" : "✗"} ${text}</p>`;

const total = (documents: readonly Part[], key: string): number =>
  documents.reduce((sum, document) => sum + document.number(key), 0);

/** A failure as a wave of text, and the command that shows it again. */
const failure = (title: string, wave: string, replay: string): Html =>
  html`<figure class="failure"><figcaption>${title}</figcaption><pre tabindex="0">${wave}</pre><p>Again: <code>npx ${replay}</code></p></figure>`;

export const vectors: Section = {
  id: "vectors",
  title: "Vectors",
  about:
    "Each circuit on a simulator beside its bit-accurate model, every output in every cycle: all inputs where they are few, random ones elsewhere.",
  command: "rf8 verify mac",
  takes: (command) => command === "verify",
  show(documents) {
    const wrong = total(documents, "mismatches");
    const checks = documents.flatMap((document) =>
      document.has("failed_checks") ? document.parts("failed_checks") : [],
    );
    const good = wrong === 0 && checks.length === 0;
    const failures = documents.flatMap((document) => [
      ...(document.has("first_mismatch")
        ? [mismatch(document, document.part("first_mismatch"))]
        : []),
      ...(document.has("failed_checks")
        ? document
            .parts("failed_checks")
            .map((check) =>
              failure(check.text("label"), check.text("wave"), document.text("command")),
            )
        : []),
    ]);
    return html`${verdictLine(good, good ? `${total(documents, "vectors").toLocaleString("en-US")} vectors, no mismatch` : `${wrong.toLocaleString("en-US")} mismatches, ${checks.length} failed checks`)}
${failures}
${table(
  "Comparisons with the model",
  [
    { heading: "circuit", value: (row: Part) => row.text("circuit") },
    { heading: "parameters", value: (row) => parametersOf(row, "parameters") },
    { heading: "engine", value: (row) => row.text("engine") },
    { heading: "vectors", value: (row) => row.number("vectors") },
    { heading: "inputs", value: coverageOf },
    { heading: "mismatches", value: (row) => row.number("mismatches") },
    { heading: "seconds", value: (row) => row.number("seconds") },
  ],
  documents,
)}`;
  },
};

const coverageOf = (row: Part): string =>
  row.has("weights")
    ? `${row.number("rows").toLocaleString("en-US")} rows of weights`
    : row.has("seeds")
      ? `seeds ${row.numbers("seeds").join(" to ")}`
      : row.flag("exhaustive")
        ? "all"
        : `random, seed ${row.number("seed")}`;

const mismatch = (document: Part, first: Part): Html =>
  failure(
    `${document.text("circuit")}: ${first.text("port")} differs in cycle ${first.number("cycle")}`,
    first.text("wave"),
    document.text("command"),
  );

export const proofs: Section = {
  id: "proofs",
  title: "Proofs",
  about:
    "Properties of the emitted Verilog, for all inputs and, where a circuit has a state, for all time.",
  command: "rf8 prove all",
  whole: "rf8 prove all",
  takes: (command) => command === "prove",
  show(documents) {
    const rows = documents.flatMap((document) =>
      document.parts("rows").map((row) => ({ row, command: document.text("command") })),
    );
    const open = rows.filter(({ row }) => row.text("verdict") !== "proved");
    return html`${verdictLine(open.length === 0, `${(rows.length - open.length).toLocaleString("en-US")} of ${rows.length.toLocaleString("en-US")} properties proved`)}
${open.map(({ row, command }) => counterExample(row, command))}
${table(
  "Properties",
  [
    { heading: "circuit", value: (one: (typeof rows)[number]) => one.row.text("circuit") },
    { heading: "parameters", value: (one) => parametersOf(one.row, "params") },
    { heading: "property", value: (one) => one.row.text("property") },
    { heading: "method", value: (one) => one.row.text("method") },
    { heading: "depth", value: (one) => one.row.number("depth") },
    { heading: "seconds", value: (one) => one.row.number("seconds") },
    { heading: "verdict", value: (one) => one.row.text("verdict") },
  ],
  rows,
)}`;
  },
};

/** Cycles of a counter-example that are drawn, its last ones. */
const maxCycles = 24;

/** The inputs that break a property, as a wave. */
function counterExample(row: Part, command: string): Html {
  const title = `${row.text("circuit")}: ${row.text("property")}: ${row.text("verdict")}`;
  const again = html`<p>Again: <code>npx ${command}</code></p>`;
  if (!row.has("trace") || row.part("trace").part("inputs").entries().length === 0)
    return html`<figure class="failure"><figcaption>${title}</figcaption><p>${row.textOrNull("reason") ?? ""}</p>${again}</figure>`;
  const trace = row.part("trace");
  const from = Math.max(0, trace.number("cycles") - maxCycles);
  const signals = trace
    .part("inputs")
    .entries()
    .map(([name, values]) => {
      const column = values.split(",").map(BigInt).slice(from);
      const width = Math.max(1, ...column.map((value) => value.toString(2).length));
      return { name, type: uint(width), column };
    });
  const wave: Wave = {
    name: row.text("circuit"),
    from,
    cycles: trace.number("cycles") - from,
    signals,
  };
  return html`<figure class="failure"><figcaption>${title}</figcaption><div class="wave">${raw(waveSvg(wave))}</div>${again}</figure>`;
}

export const mutants: Section = {
  id: "mutants",
  title: "Mutants",
  about:
    "Every small mistake that can be put into a circuit, and whether the vectors of rf8 verify notice it. Those that change nothing are proved to be equivalent.",
  command: "rf8 mutate mac",
  whole: "rf8 mutate mac",
  takes: (command) => command === "mutate",
  show(documents) {
    const survived = total(documents, "survived");
    const left = documents.flatMap((document) =>
      document
        .parts("rows")
        .filter((row) => row.text("outcome") === "survived" || row.text("outcome") === "unknown")
        .map((row) => ({ circuit: document.text("circuit"), row })),
    );
    return html`${verdictLine(survived === 0, `${total(documents, "mutants").toLocaleString("en-US")} mutants, ${survived} survived`)}
${table(
  "Mutants",
  [
    { heading: "circuit", value: (row: Part) => row.text("circuit") },
    { heading: "parameters", value: (row) => parametersOf(row, "params") },
    { heading: "mutants", value: (row) => row.number("mutants") },
    { heading: "killed", value: (row) => row.number("killed") },
    { heading: "equivalent", value: (row) => row.number("equivalent") },
    { heading: "survived", value: (row) => row.number("survived") },
  ],
  documents,
)}
${
  left.length === 0
    ? ""
    : table(
        "Mutants that survived",
        [
          { heading: "circuit", value: (one: (typeof left)[number]) => one.circuit },
          { heading: "mutant", value: (one) => one.row.text("what") },
          { heading: "outcome", value: (one) => one.row.text("outcome") },
        ],
        left,
      )
}`;
  },
};
