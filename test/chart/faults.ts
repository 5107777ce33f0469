import type { Page } from "playwright-core";

/** The texts of a page's pictures that meet another of the same picture, or leave it, by the boxes that a browser draws. */
export async function textFaults(page: Page): Promise<string[]> {
  const found = await page.evaluate(`[...document.querySelectorAll("svg")]
    .filter((svg) => svg.ownerSVGElement === null)
    .flatMap((svg) => {
      const picture = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll("text")].map((text) => ({
        text: text.textContent,
        box: text.getBoundingClientRect(),
      })).filter(({ box }) => box.width > 0);
      const out = texts.filter(({ box }) => box.left < picture.left || box.right > picture.right ||
        box.top < picture.top || box.bottom > picture.bottom);
      const meeting = texts.flatMap((a, i) => texts.slice(i + 1).flatMap((b) =>
        a.box.left < b.box.right && b.box.left < a.box.right &&
        a.box.top < b.box.bottom && b.box.top < a.box.bottom ? [a.text + " meets " + b.text] : []));
      return [...out.map(({ text }) => text + " is cut"), ...meeting];
    })`);
  return found as string[];
}
