import { parentPort } from "node:worker_threads";
import { type Kinds, work } from "./kind.ts";
import type { Order } from "./threads.ts";

/** Makes this thread one of `threads`: it does the pieces that it is sent, one at a time. */
export function serveThread(kinds: Kinds): void {
  const port = parentPort;
  if (!port) throw new Error("this module is the program of a thread");
  port.on("message", async ({ piece, files }: Order) => {
    port.postMessage(await work(kinds, piece, files));
  });
}
