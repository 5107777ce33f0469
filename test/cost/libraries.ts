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

/** Oklahoma State University's libraries of 0.18, 0.35 and 0.5 µm, which Debian's qflow-tech packages bring. */
const osuFiles = {
  osu018: "/usr/share/qflow/tech/osu018/osu018_stdcells.lib",
  osu035: "/usr/share/qflow/tech/osu035/osu035_stdcells.lib",
  osu050: "/usr/share/qflow/tech/osu050/osu05_stdcells.lib",
} as const;

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

/** Every library at hand by name, read when it is asked for. */
export function librariesAtHand(): ReadonlyMap<string, () => LibraryText> {
  const libraries = new Map([["generic", generic]]);
  for (const [name, file] of Object.entries(osuFiles)) {
    if (existsSync(file)) libraries.set(name, () => read(name, readFileSync(file, "utf8")));
    else
      console.log(
        `skipped: the library ${name}, ${file} (Debian: qflow-tech-${name}), is not here`,
      );
  }
  if (!sky130Absent) libraries.set("sky130", sky130);
  return libraries;
}
