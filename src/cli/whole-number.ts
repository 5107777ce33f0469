import { InvalidArgumentError } from "commander";

/** A parser for a flag that takes a whole number in a range, both ends included. */
export const wholeNumber =
  (flag: string, minimum: number, maximum: number) =>
  (text: string): number => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`${flag} must be a whole number from ${minimum} to ${maximum}.`);
  };
