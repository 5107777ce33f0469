import { registered, type Signal } from "@chisel-ts/core";

/** The signals one cycle later, in registers `<name>_<key>` that reset to 0; as they are where `present` is false. */
export const stage = <R extends Readonly<Record<string, Signal>>>(
  name: string,
  present: boolean,
  signals: R,
): R => (present ? registered(name, signals) : signals);
