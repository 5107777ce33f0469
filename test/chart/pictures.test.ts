import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rooflineSvg } from "../../src/accelerator/estimate/roofline.ts";
import { bitsSvg } from "../../src/bench/bits-svg.ts";
import { tuningSvg } from "../../src/bench/tuning-svg.ts";
import { comparisonSvg } from "../../src/cost/index.ts";
import { installed, needs } from "../support/native.ts";
import { textFaults } from "./faults.ts";
import { bitsRowsOf, comparisonOf, tuningRowsOf } from "./recorded.ts";

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
    return await textFaults(page);
  } finally {
    await page.close();
  }
}

const root = new URL("../../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), "utf8");

/** Lines that end at one value, names of 24 letters, and values over twelve decades. */
const crowded = (): Promise<string> =>
  rooflineSvg(
    Array.from({ length: 12 }, (_, index) => ({
      name: `${"long name of a point ".repeat(2)}${index}`,
      macs_per_byte: 10 ** (index - 6),
      macs_per_s: 1e9,
      peak: 1e11,
      bandwidth: 1e12 / 10 ** index,
    })),
  );

const pictures: Readonly<Record<string, { svg(): string | Promise<string>; file?: string }>> = {
  "reports/compare.svg": {
    svg: () => comparisonSvg(comparisonOf(read("reports/compare.csv"))),
    file: "../../reports/compare.svg",
  },
  "docs/bits.svg": {
    svg: () => bitsSvg(bitsRowsOf(read("docs/quantization.md"))),
    file: "../../docs/bits.svg",
  },
  "docs/tuning.svg": {
    svg: () => tuningSvg(tuningRowsOf(read("docs/training.md"))),
    file: "../../docs/tuning.svg",
  },
  "a crowded roofline": { svg: crowded },
};

test.each(Object.entries(pictures))(
  "%s is drawn from what is recorded, and no text of it meets another or is cut",
  async (_, { svg, file }) => {
    const drawn = await svg();
    if (file !== undefined) await expect(drawn).toMatchFileSnapshot(file);
    needs("chromium");
    expect(await faults(drawn)).toEqual([]);
  },
);

test("every picture of the repository is looked at", () => {
  const tracked = execFileSync("git", ["ls-files", "*.svg"], { cwd: root, encoding: "utf8" });
  expect(tracked.trim().split("\n").sort()).toEqual(
    Object.keys(pictures)
      .filter((name) => name.endsWith(".svg"))
      .sort(),
  );
});

test("texts that meet, and one that is cut, are found", async () => {
  needs("chromium");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">
    <text x="10" y="20">first</text><text x="20" y="22">second</text><text x="90" y="45">third</text></svg>`;
  expect(await faults(svg)).toEqual(["third is cut", "first meets second"]);
});
