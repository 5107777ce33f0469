import { at } from "@chisel-ts/core";
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Three digits and a prefix: `8.03 GB`. */
export const scaled = (value: number, unit: string): string => {
  const steps = ["", "k", "M", "G", "T", "P"];
  const power = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(value || 1) / 3)));
  return `${(value / 1000 ** power).toPrecision(3)} ${at(steps, power)}${unit}`;
};
export const joules = (value: number): string => {
  const [factor, unit] =
    value >= 1 ? [1, "J"] : value >= 1e-3 ? [1e3, "mJ"] : value >= 1e-6 ? [1e6, "µJ"] : [1e9, "nJ"];
  return `${(value * factor).toPrecision(3)} ${unit}`;
};

/** Gate equivalents, or that there are none. */
export const gates = (ge: number | null): string =>
  ge === null ? "-" : Math.round(ge).toLocaleString("en-US");
