import { describe, expect, test } from "vitest";
import { mac } from "../../hdl/mac.ts";
import { engines } from "../../sim/index.ts";
import { contract } from "./contract.ts";
import { contractOfArithmetic } from "./contract-arithmetic.ts";
import { contractOfChecks } from "./contract-checks.ts";
import { contractOfLanes } from "./contract-lanes.ts";
import { contractOfLibrary } from "./contract-library.ts";
import { contractOfPorts } from "./contract-ports.ts";

for (const engine of Object.values(engines)) {
  contract(engine);
  contractOfPorts(engine);
  contractOfArithmetic(engine);
  contractOfLanes(engine);
  contractOfLibrary(engine);
}
for (const engine of [engines.interpreter, engines.wasm]) contractOfChecks(engine);

describe("the engines that run Verilog evaluate no checks", () => {
  for (const engine of [engines.icarus, engines.verilator]) {
    test(`${engine.name} refuses the option, and shows none`, () => {
      expect(() => engine.open(mac(), { checks: "collect" } as object)).toThrow(
        "open has no option checks here: wasm and interpreter evaluate checks; it has watch",
      );
    });
  }
});
