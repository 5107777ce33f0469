// Measures the built page in Chromium: `npm run figures -w @rf8/playground`, after `npm run playground:build`.
import { chromium } from "playwright-core";
import { preview } from "vite";

const server = await preview({ root: import.meta.dirname, logLevel: "silent" });
const [address = ""] = server.resolvedUrls?.local ?? [];
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

const median = (numbers) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const tab = (name) => page.getByRole("tab", { name }).click();

async function choose(page, example) {
  const before = await page.locator("[data-ran]").getAttribute("data-ran");
  await page.getByLabel("example").selectOption(example);
  await page.waitForFunction(
    (old) => document.querySelector("[data-ran]")?.getAttribute("data-ran") !== old,
    before,
  );
}

async function seconds(act) {
  const began = performance.now();
  await act();
  return `${((performance.now() - began) / 1000).toFixed(2)} s`;
}

await page.goto(address);
await page.waitForSelector("[data-ran='1']");
const first = await page.evaluate(() => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const loaded = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ];
  const before = loaded.filter(({ startTime }) => startTime <= painted);
  const bytes = before.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  return { painted, bytes };
});
console.log(
  `first paint: ${first.painted.toFixed(0)} ms, ${(first.bytes / 1e6).toFixed(2)} MB, not packed`,
);

await page.locator(".monaco-editor").waitFor();
await choose(page, "RF8 MAC");
await tab("Waves");
await page.getByRole("application").waitFor();
await page.locator(".monaco-editor .view-lines").click();
/** Milliseconds from the last key to the frame in which there are more or fewer of some elements. */
async function fromKey(selector, type) {
  await page.evaluate((elements) => {
    const count = () => document.querySelectorAll(elements).length;
    const before = count();
    let last = 0;
    const onKey = ({ key }) => {
      if (!key.startsWith("Arrow")) last = performance.now();
    };
    addEventListener("keydown", onKey, true);
    window.changed = new Promise((resolve) => {
      const look = () => {
        if (count() === before) return requestAnimationFrame(look);
        removeEventListener("keydown", onKey, true);
        resolve(performance.now() - last);
      };
      look();
    });
  }, selector);
  await type();
  return page.evaluate(() => window.changed);
}

// Before the number of pipeline registers, which changes the signals of the wave.
await page.keyboard.press("Control+End");
await page.keyboard.press("ArrowUp");
await page.keyboard.press("End");
for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
const [edits, errors] = [[], []];
for (let i = 0; i < 15; i++) {
  edits.push(
    await fromKey(".values li", async () => {
      await page.keyboard.press("Delete");
      await page.keyboard.type(i % 2 === 0 ? "0" : "1");
      await page.keyboard.press("ArrowLeft");
    }),
  );
}
for (let i = 0; i < 15; i++) {
  errors.push(await fromKey(".output .failure", () => page.keyboard.type("*")));
  await fromKey(".output .failure", () => page.keyboard.press("Backspace"));
}
console.log(`edit to new wave, MAC: ${median(edits).toFixed(0)} ms, median of ${edits.length}`);
console.log(`edit to error, MAC: ${median(errors).toFixed(0)} ms, median of ${errors.length}`);

await tab("Proof");
await press("Verify");
const verified = page.getByText(/in 65,536 vectors/);
await verified.waitFor();
console.log(`verification, MAC: ${(await verified.textContent())?.replace(/\s+/g, " ")}`);

await tab("Synthesis");
const area = page.getByRole("table", { name: "Critical path" });
const synthesize = async () => {
  await press("Synthesize");
  await area.waitFor();
};
console.log(`area, MAC, with loading yosys: ${await seconds(synthesize)}`);
await page.getByLabel("goal").selectOption("delay");
await press("Synthesize");
await area.waitFor({ state: "detached" });
console.log(`area at goal delay, MAC, yosys loaded: ${await seconds(() => area.waitFor())}`);

await choose(page, "FIFO");
await tab("Proof");
await press("Prove");
const proofs = page.getByRole("table", { name: "Proofs" });
await proofs.waitFor();
console.log(
  `proofs of the FIFO: ${(await proofs.locator("td:nth-child(4)").allTextContents()).join(" s, ")} s`,
);

await choose(page, "RF8 MAC");
await tab("Waves");
await page.getByLabel("random inputs").fill("100000");
console.log(
  `simulation and first picture of 100,000 cycles: ${await seconds(async () => {
    await press("Simulate");
    await page.getByRole("application", { name: /100000 cycles/ }).waitFor();
  })}`,
);
await press("Fit");
const frames = await page.evaluate(async () => {
  const canvas = document.querySelector(".waves canvas");
  const spent = [];
  for (let i = 0; i < 40; i++) {
    const began = performance.now();
    canvas?.dispatchEvent(
      new WheelEvent("wheel", { deltaY: i < 20 ? -100 : 100, bubbles: true, cancelable: true }),
    );
    await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
    spent.push(performance.now() - began);
  }
  return spent;
});
console.log(
  `a step of zoom over 100,000 cycles: ${median(frames).toFixed(0)} ms, ${Math.max(...frames).toFixed(0)} ms at most`,
);
await browser.close();
await server.close();
