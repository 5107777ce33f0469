#!/usr/bin/env node
import { setSourceMapsEnabled } from "node:process";

// The emitted Verilog names the TypeScript line of every signal. Compiled code knows it by its source
// maps, which are read as modules are loaded: so they are turned on before anything else is.
setSourceMapsEnabled(true);
// Whoever reads the output may stop before its end, as head does: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
const { run } = await import("./program.ts");
await run();
