import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installed, needs } from "../../../test/support/native.ts";
import { hostile, odd, safetensors, tensor } from "./files.ts";
import { Firefox } from "./firefox.ts";
import { examples } from "./names.ts";
import { mistakes, register } from "./programs.ts";
import { serve } from "./site.ts";

const home = fileURLToPath(new URL("..", import.meta.url));
const screenshots = join(home, "screenshots");
mkdirSync(screenshots, { recursive: true });
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: Server | undefined;
let address = "";
let browser: Browser | undefined;
let context: BrowserContext;
let page: Page;
/** What a page reported that nobody expected. */
const reported: string[] = [];

beforeAll(async () => {
  if (!installed("chromium")) return;
  // The test runner's own NODE_ENV would make a build for development.
  const env = { ...process.env, NODE_ENV: "production" };
  const { status, stderr } = spawnSync("npm", ["run", "build"], {
    cwd: home,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the playground cannot be built:\n${stderr}`);
  ({ address, server } = await serve());
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(async () => {
  needs("chromium");
  reported.length = 0;
  await open({ width: 1280, height: 800 });
});
afterEach(async () => {
  await context?.close();
});

async function open(viewport: { width: number; height: number }): Promise<void> {
  await context?.close();
  if (!browser) throw new Error("no browser was started");
  context = await browser.newContext({ viewport });
  page = await context.newPage();
  page.on("pageerror", (error) => reported.push(error.message));
  await page.goto(address);
  await ran();
}

/** Waits for the run of the program that is in the editor. */
async function ran(after = 0): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.querySelector("[data-ran]")?.getAttribute("data-ran")) > least,
    after,
    { timeout: 60_000 },
  );
}
const runs = async (): Promise<number> =>
  Number(await page.locator("[data-ran]").getAttribute("data-ran"));

async function choose(example: string): Promise<void> {
  const before = await runs();
  await page.getByLabel("example").selectOption(example);
  await ran(before);
}
const tab = (name: string): Promise<void> => page.getByRole("tab", { name }).click();
const press = (name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();
const shot = (name: string): Promise<unknown> =>
  page.screenshot({ path: join(screenshots, `${name}.png`) });

/** Replaces the program by a link, as somebody who was sent one does. */
async function program(code: string, view = "verilog", ends = true): Promise<void> {
  const hash = await page.evaluate(async (text) => {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }, code);
  const before = await runs();
  await page.evaluate((to) => {
    location.hash = to;
  }, `#${view}/${hash}`);
  if (ends) await ran(before);
}

describe("the program", () => {
  test("every example runs and shows its Verilog", async () => {
    for (const example of examples) {
      await choose(example);
      expect(await page.locator(".output .failure").count(), example).toBe(0);
      await page.locator(".verilog pre").first().waitFor();
      expect(await page.locator(".verilog").textContent(), example).toContain("endmodule");
      expect(reported, example).toEqual([]);
    }
  });

  test("a line of Verilog leads to its line, and that line to the Verilog", async () => {
    await program(register);
    await page.locator(".monaco-editor").waitFor({ timeout: 60_000 });
    await page.locator(".linked").first().click();
    await page.locator(".shown-line").waitFor();
    expect(await page.locator(".linked.marked").first().textContent()).toContain("kept");
    await shot("verilog");
  });

  test("an error of a width stands at its line", async () => {
    await program(register.replace("kept.set(x)", "kept.set(x.extend(9))"));
    expect(await page.locator(".output .failure").textContent()).toContain("line 6");
    await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: 60_000 });
    await shot("wrong-width");
  });

  test("an error of types is found by the checker, which knows the library", async () => {
    await program(`${register}export const text: string = 5;\n`);
    expect(await page.locator(".output .failure").count()).toBe(0);
    await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: 60_000 });
    expect(await page.locator(".monaco-editor .squiggly-error").count()).toBe(1);
    await shot("wrong-type");
  });

  test("the obvious mistakes are said in one line, and the views live", async () => {
    for (const [code, printed, view] of mistakes) {
      await program(code);
      await page.locator(".output", { hasText: printed }).waitFor({ timeout: 5000 });
      await page.locator("#panel", { hasText: view }).waitFor({ timeout: 5000 });
      expect(reported).toEqual([]);
    }
  });

  test("a module without ports is no surprise to any view", async () => {
    await program(
      'import { module } from "rf8";\nexport default module({ name: "none", ports: {} }, () => {});',
    );
    await page.getByText("module none;").waitFor();
    await tab("Waves");
    await page.getByText("none has no ports and no registers.").waitFor();
    await tab("Schematic");
    await page.getByText("none has nothing to draw.").waitFor();
    await tab("Synthesis");
    await press("Synthesize");
    await page.getByText("0 GE").first().waitFor({ timeout: 60_000 });
  });

  test("the views stay while a program that does not run is typed, and so does the wave's radix", async () => {
    await program(register);
    await tab("Waves");
    await page.getByLabel("radix").selectOption("hexadecimal");
    await page.getByRole("application").waitFor();
    await program(`${register}}`, "waves");
    await page.getByText("The program does not run.").waitFor();
    await page.getByRole("application", { name: /^Wave of late/ }).waitFor();
    await shot("behind");
    await program(register.replace("{ reset: 0 }", "{ reset: 3 }"), "waves");
    await page.locator(".values", { hasText: "kept = 03" }).waitFor();
    expect(await page.getByText("The program does not run.").count()).toBe(0);
  });

  test("undo gives back the program that an example took the place of", async () => {
    await page.locator(".monaco-editor").waitFor({ timeout: 60_000 });
    const before = await runs();
    await page.locator(".monaco-editor .view-lines").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("// mine\n");
    await ran(before);
    await choose("RF8 MAC");
    expect(await page.getByLabel("example").inputValue()).toBe("RF8 MAC");
    await page.locator(".monaco-editor .view-lines").click();
    await page.keyboard.press("Control+z");
    await page.locator(".view-lines", { hasText: "// mine" }).waitFor();
    expect(await page.getByLabel("example").inputValue()).toBe("");
    // A reload loses nothing either, though a link was in the address before.
    const now = await runs();
    await program(register);
    await page.locator(".monaco-editor .view-lines").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("// typed\n");
    await ran(now + 1);
    await page.reload();
    await ran();
    await page.locator(".view-lines", { hasText: "// typed" }).waitFor({ timeout: 60_000 });
  });

  test("names are completed from the declarations", async () => {
    await program(`${register}\nimport * as all from "rf8";\nall.`);
    await page.locator(".monaco-editor").waitFor({ timeout: 60_000 });
    await page.locator(".monaco-editor .view-lines").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Space");
    await page.locator(".suggest-widget .monaco-list-row").first().waitFor({ timeout: 60_000 });
    await page.keyboard.type("synthe");
    await page.locator(".suggest-widget").getByText("synthesize").first().waitFor();
    await shot("completion");
  });

  test("an endless loop is stopped, and the page lives", async () => {
    await program(`${register}\nwhile (true) {}\n`);
    expect(await page.locator(".output .failure").textContent()).toContain("stopped");
    await shot("endless");
    // The views are of the program before it, which runs again when one of them asks.
    await tab("Schematic");
    await page.getByRole("group", { name: "Schematic of counter" }).waitFor({ timeout: 60_000 });
    const before = await runs();
    await program(`${register}\nwhile (1) {}\n`, "verilog", false);
    await press("Stop");
    await ran(before);
    expect(await page.locator(".output .failure").textContent()).toContain("cancelled");
    await choose("Counter");
    expect(await page.locator(".output .failure").count()).toBe(0);
  });

  test("a link restores the program and the view", async () => {
    await program(register);
    await tab("Schematic");
    await press("Link");
    await page.waitForFunction(() => location.hash.startsWith("#schematic/"));
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await ran();
    expect(await page.getByRole("tab", { name: "Schematic" }).getAttribute("aria-selected")).toBe(
      "true",
    );
    await page.getByRole("button", { name: "register kept, line 5" }).waitFor();
  });

  test("a damaged link opens the first example", async () => {
    await page.goto("about:blank");
    await page.goto(`${address}#verilog/AAAA_not_packed`);
    await ran();
    expect(await page.locator(".verilog").textContent()).toContain("module counter");
  });

  test("the page opens again without a network", async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, {
      timeout: 60_000,
    });
    await context.setOffline(true);
    await page.reload();
    await ran();
    await page.locator(".monaco-editor").waitFor({ timeout: 60_000 });
    expect(await page.locator(".verilog").textContent()).toContain("module counter");
  });
});

describe("the views", () => {
  test("a wave of 100,000 cycles is drawn, zoomed and searched", async () => {
    await choose("RF8 MAC");
    await tab("Waves");
    await page.getByLabel("random inputs").fill("100000");
    await press("Simulate");
    await page.getByRole("application", { name: /100000 cycles/ }).waitFor({ timeout: 60_000 });
    await press("Fit");
    await shot("wave-all");
    const canvas = page.getByRole("application");
    await canvas.focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press("+");
    await page.keyboard.press("n");
    await page.getByLabel("radix").selectOption("hexadecimal");
    await page.getByLabel("search").fill("weight");
    expect(await page.locator(".values li").count()).toBe(1);
    await page.getByLabel("search").fill("nothing");
    await page.getByText('No signal has "nothing" in its name.').waitFor();
    await page.getByLabel("search").fill("");
    await canvas.focus();
    await page.keyboard.press("End");
    await page.locator("p", { hasText: /^cycle 99,999\./ }).waitFor();
    await shot("wave-near");
    expect(reported).toEqual([]);
  });

  test("the members of an enumeration are shown by their names", async () => {
    await choose("UART");
    await tab("Waves");
    await press("Simulate");
    await page
      .locator(".values")
      .getByText(/current = STATE_(IDLE|SEND)/)
      .waitFor();
    await shot("wave-enumeration");
  });

  test("the schematic of a MAC opens its parts", async () => {
    await choose("RF8 MAC");
    await tab("Schematic");
    const part = page.getByRole("button", { name: /^instance multiplier/ });
    await part.waitFor({ timeout: 60_000 });
    await shot("schematic");
    await part.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("group", { name: /^Schematic of product/ }).waitFor({ timeout: 60_000 });
    await shot("schematic-part");
  });

  test("the checks of a FIFO are proved", async () => {
    await choose("FIFO");
    await tab("Proof");
    await press("Prove");
    const table = page.getByRole("table", { name: "Proofs" });
    await table.waitFor({ timeout: 60_000 });
    expect(await table.getByText("proved", { exact: true }).count()).toBe(2);
    await shot("proof");
  });

  test("a MAC is verified with its model and synthesized", async () => {
    await choose("RF8 MAC");
    await tab("Proof");
    await press("Verify");
    await page.getByText("0 mismatches").waitFor({ timeout: 60_000 });
    await tab("Synthesis");
    await press("Synthesize");
    await page.getByRole("table", { name: "Critical path" }).waitFor({ timeout: 60_000 });
    await shot("synthesis");
    await press("Show the path in the schematic");
    await page
      .getByRole("button", { name: /critical path$/ })
      .first()
      .waitFor();
    // From a register through the accumulator to an output, and not the inputs before the register.
    const names = await page
      .locator(".schematic g.critical")
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute("aria-label") ?? "").sort());
    expect(names).toHaveLength(3);
    expect(names[0]).toContain("instance accumulator");
    expect(names[1]).toMatch(/^output (sum|overflow), critical path$/);
    expect(names[2]).toMatch(/^register term_\w+, critical path$/);
    // The gates follow each other: where the signal leaves the last one is the delay of the circuit.
    const gates = await page.locator(".gates li").allTextContents();
    expect(gates.length).toBeGreaterThan(20);
    expect(gates.at(0)).toContain("term_");
    const [, ends = ""] = /→ ([\d.]+)$/.exec(gates.at(-1) ?? "") ?? [];
    expect(await page.locator(".wave-tools").textContent()).toContain(
      `${Number(ends).toFixed(1)} FO4`,
    );
    await shot("schematic-path");
    // What was synthesized is there still.
    await tab("Synthesis");
    await page.getByRole("table", { name: "Critical path" }).waitFor();
  });

  test("mutants of the adder are killed, and its tests shrink what fails", async () => {
    await choose("Adder with tests");
    await tab("Mutation");
    await press("Mutate");
    await page.getByText("survived").waitFor({ timeout: 60_000 });
    expect(await page.locator(".figures .good").textContent()).toBe("0");
    await shot("mutation");
    await tab("Tests");
    await press("Run tests");
    await page.getByText("Counterexample: [1n,255n]").waitFor();
    await shot("tests");
  });

  test("a task is cancelled, and the next one works", async () => {
    await choose("RF8 MAC");
    await tab("Mutation");
    await press("Mutate");
    await press("Cancel");
    await page.getByText("cancelled").waitFor();
    await tab("Proof");
    await press("Verify");
    await page.getByText("0 mismatches").waitFor({ timeout: 60_000 });
  });
});

describe("the explorer", () => {
  test("a number is shown as its code, its powers of two, its error and its neighbours", async () => {
    await tab("RF8 explorer");
    await page.getByLabel("number", { exact: true }).fill("-0.44");
    await page.getByText("0xf1").first().waitFor();
    expect(await page.locator(".figures").textContent()).toContain("−(2−1 − 2−4)");
    await shot("explorer");
  });

  test("a file is described, and a hostile one refused in words", async () => {
    await tab("RF8 explorer");
    const values = Buffer.from(Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)).buffer);
    const buffer = safetensors({ w: tensor([4, 8], 0, 128) }, values);
    const choice = page.locator('input[type="file"]');
    await choice.setInputFiles({ name: "w.safetensors", mimeType: "", buffer });
    await page.getByRole("cell", { name: "4 × 8" }).waitFor();
    await shot("file");
    for (const [name, buffer, said] of hostile) {
      await choice.setInputFiles({ name, mimeType: "", buffer });
      await page.locator(".drop .failure", { hasText: `${name}: ${said}` }).waitFor();
      expect(await page.locator(".drop .failure").count(), name).toBe(1);
    }
    await shot("file-hostile");
    for (const [name, buffer, said] of odd) {
      await choice.setInputFiles({ name, mimeType: "", buffer });
      await page.locator(".drop", { hasText: said }).waitFor();
      expect(await page.locator(".drop .failure").count(), name).toBe(0);
    }
    const two = await page.evaluateHandle(() => {
      const dropped = new DataTransfer();
      for (const name of ["a.gguf", "b.gguf"]) dropped.items.add(new File(["x"], name));
      return dropped;
    });
    await page.dispatchEvent(".drop", "drop", { dataTransfer: two });
    await page.getByText("2 files; this reads one at a time").waitFor();
    expect(reported).toEqual([]);
  });
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core objects to. */
async function violations(): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: { run(place: object): Promise<{ violations: Violation[] }> };
    };
    // The editor brings its own.
    return (await checker.run({ exclude: [[".monaco-editor"]] })).violations;
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe("for everybody", () => {
  test.each(["light", "dark"])("axe-core finds nothing in any view, %s", async (theme) => {
    await choose("RF8 MAC");
    if (theme === "dark") await press("Dark");
    for (const name of await page.getByRole("tab").allTextContents()) {
      await tab(name);
      await page.waitForTimeout(600);
      expect(await violations(), name).toEqual([]);
      if (theme === "dark") await shot(`dark-${name.toLowerCase().replaceAll(" ", "-")}`);
    }
  });

  test.each([
    ["phone", 390, 844],
    ["200-percent", 640, 400],
  ])("nothing runs out of a page as wide as a %s", async (name, width, height) => {
    await open({ width, height });
    for (const view of await page.getByRole("tab").allTextContents()) {
      await tab(view);
      await page.waitForTimeout(300);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, view).toBeLessThanOrEqual(width);
    }
    await tab("Waves");
    await shot(`${name}`);
  });

  test("the editor and the views keep to their halves when the window is made smaller", async () => {
    await page.locator(".monaco-editor").waitFor({ timeout: 60_000 });
    await page.setViewportSize({ width: 900, height: 500 });
    const overlap = (): Promise<number> =>
      page.evaluate(() => {
        const edge = (name: string) => document.querySelector(name)?.getBoundingClientRect();
        return (edge(".monaco-editor")?.right ?? 0) - (edge(".views")?.left ?? 0);
      });
    await expect.poll(overlap).toBeLessThanOrEqual(0);
  });

  test("the views are reached by keyboard alone", async () => {
    for (let i = 0; i < 40; i++) {
      // The editor keeps Tab to itself until it is told otherwise.
      if (await page.evaluate(() => document.activeElement?.closest(".monaco-editor") !== null))
        await page.keyboard.press("Control+m");
      await page.keyboard.press("Tab");
      const role = await page.evaluate(() => document.activeElement?.getAttribute("role"));
      if (role === "tab") break;
    }
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Waves" }).getAttribute("aria-selected")).toBe(
      "true",
    );
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(
      await page.getByRole("tab", { name: "RF8 explorer" }).getAttribute("aria-selected"),
    ).toBe("true");
  });
});

test("in Firefox a program runs, is drawn, verified and proved", async () => {
  needs("firefox-esr");
  const firefox = await Firefox.open();
  const text = (selector: string): string => `document.querySelector("${selector}")?.textContent`;
  const go = (name: string): Promise<unknown> =>
    firefox.until(`document.getElementById("tab-${name}").click(); return true`);
  const push = (label: string): Promise<unknown> =>
    firefox.until(
      `const found = [...document.querySelectorAll("button")].find((one) => one.textContent === "${label}");
       found?.click(); return found !== undefined`,
    );
  const pick = (example: string): Promise<unknown> =>
    firefox.until(
      `const menu = document.querySelector("header select"); menu.value = "${example}";
       return menu.dispatchEvent(new Event("change", { bubbles: true }))`,
    );
  try {
    await firefox.goto(address);
    await firefox.until(`return ${text(".verilog")}?.includes("module counter")`);
    await pick("RF8 MAC");
    await firefox.until(`return ${text(".verilog")}?.includes("module mac")`);
    await firefox.until(`return document.querySelector(".monaco-editor .view-line")`);
    await go("waves");
    await firefox.until(
      "return document.querySelector(\"canvas[aria-label*=' 200 cycles']\") !== null",
    );
    await firefox.screenshot(join(screenshots, "firefox.png"));
    await go("schematic");
    await firefox.until('return document.querySelectorAll(".schematic g.instance").length === 2');
    await go("proof");
    await push("Verify");
    await firefox.until(`return ${text("#panel")}.includes("0 mismatches in 65,536 vectors")`);
    await pick("FIFO");
    await firefox.until(`return ${text("#panel code")} === "fifo"`);
    await push("Prove");
    await firefox.until(`return document.querySelectorAll("#panel .good").length === 2`);
  } finally {
    await firefox.close();
  }
});
