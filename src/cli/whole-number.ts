import { InvalidArgumentError } from "commander";

/** A parser for a flag that takes a whole number in a range, both ends included. */
export const wholeNumber =
  (flag: string, least: number, greatest: number) =>
  (text: string): number => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`${flag} must be a whole number from ${least} to ${greatest}.`);
  };
