import {
  type HardwareType,
  register,
  type Signal,
  type SignalOf,
  type Target,
} from "@chisel-ts/core";

/** The signals one cycle later, in registers `<name>_<key>` that reset to 0; as they are where `present` is false. */
export function stage<R extends Readonly<Record<string, Signal>>>(
  name: string,
  present: boolean,
  signals: R,
): R {
  if (!present) return signals;
  const registers = Object.entries(signals).map(([key, signal]) => {
    const later: Target<SignalOf<HardwareType>> = register(`${name}_${key}`, signal.type, {
      reset: 0,
    });
    (later.set as (value: Signal) => void)(signal);
    return [key, later];
  });
  return Object.fromEntries(registers) as R;
}
