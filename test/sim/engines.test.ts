import { engines } from "../../sim/index.ts";
import { contract } from "./contract.ts";
import { contractOfArithmetic } from "./contract-arithmetic.ts";
import { contractOfPorts } from "./contract-ports.ts";

for (const engine of Object.values(engines)) {
  contract(engine);
  contractOfPorts(engine);
  contractOfArithmetic(engine);
}
