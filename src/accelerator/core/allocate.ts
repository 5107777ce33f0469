import { CoreError } from "./error.ts";

/** @throws CoreError where this machine has not so much memory. */
export function allocated<T>(length: number, what: string, make: (length: number) => T): T {
  try {
    return make(length);
  } catch {
    throw new CoreError(`image: a ${what} of ${length} is more than this machine gives`);
  }
}
