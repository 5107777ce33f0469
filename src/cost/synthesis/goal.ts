/**
 * What abc works for. `area`: the smallest netlist, without buffers or larger drives. `balanced`: mapped
 * for delay, structure kept, then buffered and sized. `delay`: the logic is restructured for depth too.
 */
export const goals = ["area", "balanced", "delay"] as const;
export type Goal = (typeof goals)[number];

/** A delay target that nothing meets, in picoseconds: as fast as possible. */
const fastest = "-D 1";

/** Buffers and drive strengths for speed, then smaller drives where there is slack. */
const size = ["topo", "buffer -c", "topo", `upsize ${fastest}`, `dnsize ${fastest}`];

const simplify = ["strash", "ifraig", "scorr", "dc2"];

/** abc commands, one a line. Not `amap -m -x`, which has mapped a product wrongly. */
export const abcScripts: Readonly<Record<Goal, readonly string[]>> = {
  area: [...simplify, "dc2", "dc2", "strash", "dch -f", "amap", "topo", "dnsize"],
  balanced: [...simplify, "strash", "dch -f", `map -B 0.9 ${fastest}`, ...size],
  delay: [
    ...simplify,
    ...["strash", "&get -n", "&st", "&if -g -K 6", "&syn2", "&put"],
    ...["dch -f", `map -B 0.9 ${fastest}`, ...size],
  ],
};
