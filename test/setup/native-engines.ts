import { vi } from "vitest";
import { engines } from "../../sim/index.ts";
import { installed, needs, watchTests } from "../support/native.ts";

watchTests();

// Without Icarus a test that opens it is left out, wherever it opens it; the summary counts how many were.
if (!installed("iverilog")) {
  vi.spyOn(engines.icarus, "open").mockImplementation(() => {
    needs("iverilog");
    throw new Error("not reached: the test is left out");
  });
}
