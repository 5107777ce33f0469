// A UART transmitter: a state machine, a shift register, and its line read back bit by bit.
import {
  bool,
  consumer,
  engines,
  enumeration,
  match,
  module,
  output,
  register,
  uint,
  when,
} from "rf8";

const states = enumeration("state", ["Idle", "Send"]);
const ports = { source: consumer(uint(8)), line: output(bool(), "1 when idle") };

/** A start bit 0, eight data bits from bit 0, a stop bit 1; a bit lasts `divider` cycles. */
export const transmitter = (divider: number) =>
  module({ name: "uart_transmitter", ports }, ({ source, line }) => {
    const state = register("current", states.type, { reset: 0 });
    const frame = register("frame", uint(10), { reset: 0x3ff });
    const bits = register("bits_left", uint(4), { reset: 0 });
    const timer = register("timer", uint(16), { reset: 0 });

    source.ready.set(state.eq(states.Idle));
    line.set(frame.bit(0));
    match(states, state, {
      Idle: () =>
        when(source.valid, () => {
          frame.set(source.bits.extend(9).shiftLeft(1).or(0x200));
          bits.set(10);
          timer.set(divider - 1);
          state.set(states.Send);
        }),
      Send: () =>
        when(timer.ne(0), () => timer.set(timer.subWrap(1))).otherwise(() => {
          timer.set(divider - 1);
          frame.set(frame.shiftRight(1).extend(10).or(0x200));
          bits.set(bits.subWrap(1));
          when(bits.eq(1), () => state.set(states.Idle));
        }),
    });
  });
const divider = 3;
const dut = engines.wasm.open(transmitter(divider));
const seen = [..."rf8"].map((letter) => {
  dut.in.source.valid = true;
  dut.in.source.bits = BigInt(letter.charCodeAt(0));
  dut.step();
  dut.in.source.valid = false;
  const bits = Array.from({ length: 10 }, () => {
    const bit = dut.out.line;
    dut.step(divider);
    return bit;
  });
  return bits.slice(1, 9).reduce((byte, bit, i) => byte | (Number(bit) << i), 0);
});
console.log(String.fromCharCode(...seen));
dut.close();
