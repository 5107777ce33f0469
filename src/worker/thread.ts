import { setSourceMapsEnabled } from "node:process";

// As in src/cli/main.ts: before any module that makes signals is loaded.
setSourceMapsEnabled(true);
const { kinds } = await import("./kinds.ts");
const { serveThread } = await import("../farm/serve-thread.ts");
serveThread(kinds);
