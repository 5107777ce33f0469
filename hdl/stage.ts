import { registered, type Value } from "@chisel-ts/core";

/** The values one cycle later, in registers `<name>_<key>` that reset to 0; as they are where `present` is false. */
export const stage = <V extends Value>(name: string, present: boolean, values: V): V =>
  present ? registered(name, values) : values;
