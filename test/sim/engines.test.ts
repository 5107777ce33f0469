import { engines } from "../../sim/index.ts";
import { contract } from "./contract.ts";

for (const engine of Object.values(engines)) contract(engine);
