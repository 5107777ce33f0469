import { readFileSync } from "node:fs";

/** What is compiled lies in dist, one folder deeper than the sources. */
const manifest = import.meta.url.endsWith(".ts") ? "../../package.json" : "../../../package.json";

/** Of this package. */
export const { version } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")) as {
  version: string;
};
