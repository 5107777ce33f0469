import { type Farm, threads } from "../farm/index.ts";

/** Where work is to be done. */
export interface FarmPlace {
  /** Pieces at once: threads of this process. */
  readonly jobs?: number;
}

/** The farm that does rf8's work there. @throws FarmError when it cannot be reached. */
export async function openFarm({ jobs }: FarmPlace): Promise<Farm> {
  return threads(new URL("./thread.js", import.meta.url), jobs);
}
