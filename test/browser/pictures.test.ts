import { readFileSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installed, needs } from "../support/native.ts";

let browser: Browser | undefined;
beforeAll(async () => {
  if (installed("chromium"))
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
});
afterAll(() => browser?.close());

/** The texts of a picture that meet another, or leave the picture, by the boxes that a browser draws them in. */
async function faults(svg: string): Promise<string[]> {
  if (!browser) throw new Error("no browser was started");
  const page = await browser.newPage();
  try {
    await page.setContent(svg);
    const found = await page.evaluate(`(() => {
      const picture = document.querySelector("svg").getBoundingClientRect();
      const texts = [...document.querySelectorAll("svg text")].map((text) => ({
        text: text.textContent,
        box: text.getBoundingClientRect(),
      }));
      const out = texts.filter(({ box }) => box.left < picture.left || box.right > picture.right ||
        box.top < picture.top || box.bottom > picture.bottom);
      const meeting = texts.flatMap((a, i) => texts.slice(i + 1).flatMap((b) =>
        a.box.left < b.box.right && b.box.left < a.box.right &&
        a.box.top < b.box.bottom && b.box.top < a.box.bottom ? [a.text + " meets " + b.text] : []));
      return [...out.map(({ text }) => text + " is cut"), ...meeting];
    })()`);
    return found as string[];
  } finally {
    await page.close();
  }
}

test("no text of the comparison meets another or is cut", async () => {
  needs("chromium");
  const svg = readFileSync(new URL("../../reports/compare.svg", import.meta.url), "utf8");
  expect(await faults(svg)).toEqual([]);
});

test("texts that meet, and one that is cut, are found", async () => {
  needs("chromium");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">
    <text x="10" y="20">first</text><text x="20" y="22">second</text><text x="90" y="45">third</text></svg>`;
  expect(await faults(svg)).toEqual(["third is cut", "first meets second"]);
});
