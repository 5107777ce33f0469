import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type Library, readLibrary } from "../../src/cost/liberty/library.ts";
import { genericLiberty } from "../../src/cost/technology/generic.ts";

/** SkyWater's 130 nm library, where it is at hand. */
export const sky130File = fileURLToPath(
  new URL("../../../shared/data/sky130_fd_sc_hd__tt_025C_1v80.lib.gz", import.meta.url),
);
export const sky130Absent = !existsSync(sky130File);
if (sky130Absent) {
  console.log(
    `skipped: a foundry's library, ../shared/data/sky130_fd_sc_hd__tt_025C_1v80.lib.gz, is not here`,
  );
}

export interface LibraryText {
  readonly library: Library;
  readonly text: string;
}

const read = (name: string, text: string): LibraryText => ({
  library: readLibrary(name, text),
  text,
});

export const generic = (): LibraryText => read("generic", genericLiberty());
export const sky130 = (): LibraryText =>
  read("sky130", gunzipSync(readFileSync(sky130File)).toString("utf8"));
