import { setSourceMapsEnabled } from "node:process";

// As in main.ts: before any module that makes signals is loaded.
setSourceMapsEnabled(true);
const { start } = await import("./start-run.ts");
await start();
