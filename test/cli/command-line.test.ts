import { expect, test } from "vitest";
import { commandLine, withoutPlaces } from "../../src/cli/command-line.ts";

test.each([
  ["prove all --json", "rf8 prove all"],
  ["prove all --queue redis://:secret@host --json", "rf8 prove all"],
  ["prove all --queue=redis://:secret@host", "rf8 prove all"],
  ["--jobs 3 prove mac --launch {}", "rf8 prove mac"],
])("%s is told as %s", (given, told) => {
  expect(commandLine(withoutPlaces(given.split(" ")))).toBe(told);
});
