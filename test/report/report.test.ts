import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeModel } from "../../src/network/index.ts";
import { textFaults } from "../chart/faults.ts";
import { scratchFolder } from "../checkpoint/files.ts";
import { main, rf8 } from "../cli/run.ts";
import { familySizes } from "../network/family-cases.ts";
import { randomDecoder } from "../network/random-decoder.ts";
import { installed, needs } from "../support/native.ts";

const folder = scratchFolder();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const page = (file: string): string => readFileSync(join(folder, file), "utf8");

/** Documents of commands that take long, as they write them. */
const documents = {
  training: {
    command: "rf8 train -o model --steps 2",
    rf8_version: "0.1.0",
    output: "model",
    parameters: 9,
    resumed_from: 0,
    tokens_per_s: 1,
    floor_nats: 0.351,
    history: [0, 2].map((step) => ({
      step,
      loss: step === 0 ? null : 1.5,
      validation_loss: 2 - step / 4,
      validation_loss_rf8: 2.1 - step / 4,
      nu: 2,
      eg0_bits: 8.1,
      entropy_bits: 7.9,
    })),
  },
  failing: {
    command: "rf8 verify mac --seed 7",
    rf8_version: "0.1.0",
    circuit: "mac",
    parameters: { format: "rf8" },
    engine: "verilator",
    vectors: 65536,
    mismatches: 3,
    seconds: 0.5,
    seed: 7,
    exhaustive: false,
    first_mismatch: { cycle: 41, port: "sum", values: {}, wave: "sum  <1> | 2 | <3>" },
  },
  disproved: {
    command: "rf8 prove mac --accumulator 20",
    rf8_version: "0.1.0",
    rows: [
      {
        circuit: "mac",
        params: { accumulator: 20 },
        property: "the sum is exact",
        method: "k-induction",
        depth: 3,
        seconds: 1,
        verdict: "disproved",
        trace: { cycles: 3, inputs: { weight: [1, 129, 7], enable: [1, 1, 0] }, resets: [0] },
      },
    ],
  },
};

const given = (name: keyof typeof documents): string[] => {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(documents[name]));
  return ["--with", `${name}.json`];
};

let browser: Browser | undefined;
let made: ReturnType<typeof rf8>;
beforeAll(async () => {
  const sizes = { ...familySizes, num_hidden_layers: 2, max_position_embeddings: 32 };
  await writeModel(join(folder, "model"), randomDecoder({ ...sizes, model_type: "llama" }, 3));
  made = rf8(folder, "report", "model", "-o", "model.html", ...given("training"));
  if (installed("chromium"))
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
});
afterAll(() => browser?.close());

/** The cells of a table, figures as they are in the documents. */
function cells(text: string, caption: string): (string | number)[][] {
  const [, body = ""] =
    new RegExp(`<caption>${caption}</caption>.*?<tbody>(.*?)</tbody>`, "s").exec(text) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<td(?: class="(\w+)")?(?: data-value="([^"]+)")?>([^<]*)/g)].map(
      ([, kind, value, shown = ""]) => (kind === "figure" ? Number(value) : shown),
    ),
  );
}

/** The document of a command. */
function json(...args: readonly string[]) {
  const { status, stdout, stderr } = rf8(folder, ...args, "--json");
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("the report of a model", () => {
  test("is one file that asks for nothing, and says what it holds", () => {
    expect(made).toMatchObject({ status: 0, stderr: "" });
    expect(made.stdout).toMatch(/^model\.html: \d+ kB, 9 documents, /);
    const text = page("model.html");
    expect(statSync(join(folder, "model.html")).size).toBeLessThan(2 ** 21);
    const rest = text.replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
    expect(/https?:.{0,40}|src=.{0,40}|url\((?!#).{0,40}|@import/.exec(rest)?.[0]).toBeUndefined();
    expect(/.{0,40}(NaN|\[object).{0,40}/.exec(text)?.[0]).toBeUndefined();
  });

  test("has the figures of the commands to the last digit", () => {
    const text = page("model.html");
    const { tensors } = json("inspect", "model");
    const shown = cells(text, "Tensors");
    expect(shown.map((row) => [row[0], ...row.slice(-5)])).toEqual(
      tensors.map((tensor: Record<string, number>) => [
        ...[tensor.name, tensor.gg_nu, tensor.gg_alpha, tensor.gg_ks],
        ...[tensor.sqnr_db, tensor.entropy_bits].map((value) => value ?? "–"),
      ]),
    );
    const evaluated = json("evaluate", "model", "--activations", "float");
    expect(cells(text, "Loss and divergence").map(([, , nll, kl]) => [nll, kl])).toEqual(
      evaluated.rows.map((row: Record<string, number>) => [row.nll, row.kl]),
    );
    const { decode } = json("estimate", "model");
    expect(cells(text, "Phases")[1]).toEqual([
      ...["decode", "rf8", decode.cycles, decode.tokens_per_s, decode.bytes],
      ...[decode.macs_per_byte, decode.utilisation, decode.bound_by, decode.area_ge],
      decode.energy_j,
    ]);
    expect(cells(text, "Steps that were measured").map((row) => row[2])).toEqual([2, 1.5]);
  });

  test("names the command of each section and where its document is from", () => {
    const text = page("model.html");
    for (const command of [
      "rf8 inspect model",
      "rf8 simulate model --tokens 20",
      "rf8 verify mac --weights rf8",
    ])
      expect(text.includes(`<code>npx ${command}</code>: rf8 0.1.0, run in `)).toBe(true);
    expect(text.includes("rf8 0.1.0, read from training.json")).toBe(true);
    expect(/model\/model\.safetensors: [\d,]+ bytes, SHA-256 [0-9a-f]{64}/.test(text)).toBe(true);
  });

  test("that cannot have a figure says why, and what has not been measured says what does it", () => {
    writeFileSync(join(folder, "weights.bin"), "not a network");
    expect(rf8(folder, "report", "weights.bin", "-o", "x.html")).toMatchObject({ status: 2 });
    expect(() => statSync(join(folder, "x.html"))).toThrow("no such file");
    const stopped = rf8(folder, "report", "model", "-o", "late.html", "--limit", "0");
    expect(stopped).toMatchObject({ status: 2, stdout: "" });
  });

  test("of weights alone has their figures, and says what the others lack", () => {
    const { status, stderr } = rf8(folder, "report", "model/model.safetensors", "-o", "w.html");
    expect(status).toBe(0);
    const text = page("w.html");
    expect(cells(text, "Tensors").length).toBeGreaterThan(10);
    expect(stderr).toMatch(
      /npx rf8 simulate model\/model\.safetensors --tokens 20 gave no figures: /,
    );
    expect(text).toContain("npx rf8 train -o MODEL --json &gt; FILE.json");
  });
});

describe("documents of others", () => {
  test("failures are shown as waves, with the command that repeats them", async () => {
    const args = ["report", "-o", "bad.html", "--limit", "1", ...given("failing")];
    const { status } = rf8(folder, ...args, ...given("disproved"));
    expect(status).toBe(0);
    const text = page("bad.html");
    expect(text.includes("3 mismatches")).toBe(true);
    expect(text).toContain("sum  &lt;1&gt; | 2 | &lt;3&gt;");
    expect(text.includes("Again: <code>npx rf8 verify mac --seed 7</code>")).toBe(true);
    expect(text.includes("0 of 1 properties proved")).toBe(true);
    expect(text.includes("Again: <code>npx rf8 prove mac --accumulator 20</code>")).toBe(true);
    expect(/<div class="wave"><svg[\s\S]*129/.test(text)).toBe(true);
    expect(text.includes("was stopped after 1 s")).toBe(true);
  });

  test.each([
    ["{", "is no JSON"],
    ["[]", "names no command"],
    ['{"command":"rf8 inspect x"}', "names no command"],
    ['{"command":"rf8 bench sim","rf8_version":"1"}', "rf8 bench sim has no section here"],
  ])("%s is refused", (text, said) => {
    writeFileSync(join(folder, "odd.json"), text);
    const { status, stderr } = rf8(folder, "report", "model", "--with", "odd.json");
    expect({ status, lines: stderr.split("\n").length }).toEqual({ status: 2, lines: 2 });
    expect(stderr).toContain(`--with odd.json: ${said}`);
  });
});

test("Ctrl-C writes nothing and says so in one line", async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("rf8-report-"));
  const child = spawn(process.execPath, [main, "report", "model", "-o", "stopped.html"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = [child.stdout, child.stderr].map((stream) => text(stream));
  // It has begun when its own folder is there.
  const isNew = (name: string): boolean => name.startsWith("rf8-report-") && !before.includes(name);
  const own = await vi.waitFor(() => readdirSync(tmpdir()).find(isNew) ?? Promise.reject(), 20_000);
  child.kill("SIGINT");
  const [status] = (await once(child, "exit")) as [number];
  expect([status, await out, await err]).toEqual([130, "", "stopped; nothing was written\n"]);
  expect(existsSync(join(tmpdir(), own))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes("stopped"))).toEqual([]);
});

describe("in a browser", () => {
  /** Opens a report, and says what it asked the network for. */
  async function opened(colorScheme: "light" | "dark", width = 1280) {
    if (!browser) throw new Error("no browser was started");
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
    const tab = await context.newPage();
    const asked: string[] = [];
    tab.on("request", (request) => asked.push(request.url()));
    tab.on("pageerror", (error) => asked.push(error.message));
    const url = pathToFileURL(join(folder, "model.html")).href;
    await tab.goto(url);
    return { tab, context, asked: () => asked.filter((one) => one !== url) };
  }

  test.each(["light", "dark"] as const)("nothing keeps people out: %s", async (scheme) => {
    needs("chromium");
    const { tab, context, asked } = await opened(scheme);
    await tab.addScriptTag({ path: axe }).catch(() => undefined);
    const found = await tab.evaluate(`(async () => {
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => id + ": " + nodes[0].html);
    })()`);
    expect(found).toEqual([]);
    expect(await textFaults(tab)).toEqual([]);
    expect(asked()).toEqual([]);
    await context.close();
  });

  test("on paper tables are whole and as wide as the sheet, dark is white, and nothing is there to press", async () => {
    needs("chromium");
    const { tab, context } = await opened("dark", 718);
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    const found = await tab.evaluate(`(() => {
      const root = document.documentElement;
      const cut = [...document.querySelectorAll(".table")].filter(({ clientHeight, scrollHeight }) => scrollHeight > clientHeight);
      const closed = [...document.querySelectorAll("details > :not(summary)")].filter((part) => part.getBoundingClientRect().height === 0);
      const buttons = [...document.querySelectorAll("nav, .save")].filter((part) => part.getBoundingClientRect().height > 0);
      return { over: root.scrollWidth - root.clientWidth, cut: cut.length, closed: closed.length, buttons: buttons.length,
        page: getComputedStyle(document.body).backgroundColor, picture: getComputedStyle(document.querySelector(".chart .page")).fill };
    })()`);
    expect(found).toEqual({
      over: 0,
      cut: 0,
      closed: 0,
      buttons: 0,
      page: "rgb(255, 255, 255)",
      picture: "rgb(255, 255, 255)",
    });
    expect(await textFaults(tab)).toEqual([]);
    const sheets = (await tab.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g);
    expect(sheets?.length).toBeGreaterThan(2);
    await context.close();
  });

  test("tables are sorted by keyboard and saved, and a phone shows the page in its width", async () => {
    needs("chromium");
    const { tab, context } = await opened("light", 360);
    const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await tab.evaluate(wide)).toBe(0);
    const table = tab.getByRole("table", { name: "Tensors" });
    const heading = table.getByRole("button", { name: "SQNR, dB" });
    await heading.focus();
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Enter");
    expect(await table.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
    const [saved] = await Promise.all([
      tab.waitForEvent("download"),
      tab.getByRole("button", { name: "Save as CSV: Tensors" }).click(),
    ]);
    const lines = readFileSync(await saved.path(), "utf8")
      .trim()
      .split("\n");
    const { tensors } = json("inspect", "model");
    expect(lines).toHaveLength(tensors.length + 1);
    const best = tensors
      .toSorted((a: { sqnr_db: number }, b: { sqnr_db: number }) => a.sqnr_db - b.sqnr_db)
      .at(-1);
    expect(lines[1]).toContain(`${best.name},`);
    expect(lines[1]).toContain(`,${best.sqnr_db},`);
    await context.close();
  });
});
