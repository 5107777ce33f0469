// Stands in for open.ts in a browser, whose pages have one thread.

export { oneThread as opening } from "./one-thread.ts";
