import { expect, test } from "vitest";
import { shownFile } from "../src/source-file.browser.ts";

test.each([
  ["design.ts", "design.ts"],
  ["http://127.0.0.1:8080/assets/hdl-1a2b.js", "hdl-1a2b.js"],
  ["http://127.0.0.1:8080/src/design.ts?t=12", "design.ts"],
  ["blob:http://127.0.0.1:8080/0b9c", "0b9c"],
  ["<anonymous>", undefined],
  ["native code", undefined],
])("a browser shows %s as %s", (file, shown) => expect(shownFile(file)).toBe(shown));

test("the script of the package itself is not shown", () => {
  expect(shownFile(new URL("../src/source-file.browser.ts", import.meta.url).href)).toBeUndefined();
});
