import { Option } from "commander";
import { devices } from "../train/index.ts";

/** `--device`, for what trains. */
export const deviceOption = (): Option =>
  new Option("--device <kind>", "what trains: the processor's cores, or a graphics processor")
    .choices(devices)
    .default("wasm");
