import { serveThread } from "../../dist/src/farm/serve-thread.js";
import { kinds } from "./kinds.js";

serveThread(kinds);
