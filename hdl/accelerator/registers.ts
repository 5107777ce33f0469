import {
  type Bool,
  bool,
  concat,
  input,
  literal,
  mux,
  output,
  register,
  type UInt,
  uint,
  when,
} from "@chisel-ts/core";
import { registerSide } from "../bus/axi-lite.ts";
import { circuit } from "../circuit.ts";
import { acceleratorParameters, acceleratorShape, listedShape } from "./parameters.ts";

/** Byte addresses of the registers. */
export const address = {
  identification: 0x00,
  shape: 0x04,
  words: 0x08,
  control: 0x0c,
  status: 0x10,
  beats: 0x14,
  groups: 0x18,
  cycles: 0x20,
  activation_wait: 0x24,
  weight_wait: 0x28,
  result_wait: 0x2c,
} as const;

/** "RF8E". */
export const identification = 0x52463845;

/** Bits of the control register. */
export const controlBit = {
  start: 0,
  abort: 1,
  interrupt: 2,
  requantize: 3,
  relu: 4,
  packed: 5,
} as const;

/** Bits of the status register; all but `busy` stay until a 1 is written to them or a job begins. */
export const statusBit = {
  busy: 0,
  done: 1,
  invalid: 2,
  saturated: 3,
  refused: 4,
  activation_framing: 5,
  weight_framing: 6,
  aborted: 7,
} as const;

type Sticky = Exclude<keyof typeof statusBit, "busy">;

/** The accelerator's registers, as docs/accelerator.md lists them. */
export const registers = circuit({
  name: "accelerator_registers",
  description: "Registers of the accelerator",
  parameters: acceleratorParameters,
  derived: listedShape,
  ports: () => ({
    bus: registerSide,
    busy: input(bool(), "a job is running"),
    accepted: input(bool(), "a job starts"),
    event: {
      done: input(bool(), "the job ends"),
      aborted: input(bool(), "an aborted job ends"),
      invalid: input(bool(), "a weight of a group is NaN"),
      saturated: input(bool(), "an activation of a result is saturated"),
      refused: input(bool(), "a start is refused"),
      activation_framing: input(bool(), "TLAST of an activation beat is wrong"),
      weight_framing: input(bool(), "TLAST of a weight beat is wrong"),
    },
    count: {
      cycles: input(uint(32), "cycles of the job"),
      activation_wait: input(uint(32), "cycles stalled for an activation beat"),
      weight_wait: input(uint(32), "cycles stalled for a weight beat"),
      result_wait: input(uint(32), "cycles stalled because the result stream was not ready"),
    },
    command: {
      start: output(bool(), "start a job: 1 for one cycle"),
      abort: output(bool(), "abort the running job: 1 for one cycle"),
      beats: output(uint(32), "activation beats of the next job, and weight beats of each group"),
      groups: output(uint(32), "groups of rows of the next job"),
      requantize: output(bool(), "mode of the next job: results are activations"),
      relu: output(bool(), "mode of the next job: negative activations become 0"),
      packed: output(bool(), "mode of the next job: weights are palette indexes"),
    },
    irq: output(bool(), "interrupt: a job has ended, and interrupts are enabled"),
  }),
  build(io, parameters) {
    const { x, words, width } = acceleratorShape(parameters);
    const { rows, lanes, bits } = parameters;
    const { write, read } = io.bus;
    const writes = (name: keyof typeof address): Bool =>
      write.enable.and(write.word.eq(address[name] / 4));
    const bit = (name: string) => register(name, bool(), { reset: 0 });

    const [start, abort] = [bit("start_now"), bit("abort_now")];
    const modes = {
      interrupt: bit("interrupt_enable"),
      requantize: bit("requantize_enable"),
      relu: bit("relu_enable"),
      // Without a decoder there is no such mode, and the bit reads as 0.
      packed: bits < 8 ? bit("packed_enable") : undefined,
    };
    const packed = modes.packed ?? literal(bool(), false);
    const commands = writes("control").and(write.strobe.bit(0));
    start.set(commands.and(write.data.bit(controlBit.start)));
    abort.set(commands.and(write.data.bit(controlBit.abort)));
    when(commands, () => {
      modes.interrupt.set(write.data.bit(controlBit.interrupt));
      modes.requantize.set(write.data.bit(controlBit.requantize));
      modes.relu.set(write.data.bit(controlBit.relu));
      modes.packed?.set(write.data.bit(controlBit.packed));
    });

    const clears = writes("status").and(write.strobe.bit(0));
    const seen = (name: Sticky): Bool => {
      const sticky = bit(`${name}_seen`);
      const cleared = io.accepted.or(clears.and(write.data.bit(statusBit[name])));
      sticky.set(io.event[name].or(sticky.and(cleared.not())));
      return sticky;
    };
    const done = seen("done");
    const status = concat(
      seen("aborted"),
      seen("weight_framing"),
      seen("activation_framing"),
      seen("refused"),
      seen("saturated"),
      seen("invalid"),
      done,
      io.busy,
    );

    const number = (name: "beats" | "groups"): UInt => {
      const value = register(`${name}_given`, uint(32), { reset: 0 });
      const byte = (index: number): UInt => {
        const [high, low] = [8 * index + 7, 8 * index];
        return mux(write.strobe.bit(index), write.data.bits(high, low), value.bits(high, low));
      };
      when(writes(name), () => value.set(concat(byte(3), byte(2), byte(1), byte(0))));
      return value;
    };
    const [beats, groups] = [number("beats"), number("groups")];

    const constant = (value: number): UInt => literal(uint(32), value);
    const control = concat(
      packed,
      modes.relu,
      modes.requantize,
      modes.interrupt,
      literal(uint(2), 0),
    );
    const known: readonly (readonly [number, UInt])[] = [
      [address.identification, constant(identification)],
      [address.shape, constant(width * 2 ** 24 + x * 2 ** 16 + lanes * 2 ** 8 + rows)],
      [address.words, constant(words)],
      [address.control, control.extend(32)],
      [address.status, status.extend(32)],
      [address.beats, beats],
      [address.groups, groups],
      [address.cycles, io.count.cycles],
      [address.activation_wait, io.count.activation_wait],
      [address.weight_wait, io.count.weight_wait],
      [address.result_wait, io.count.result_wait],
    ];
    read.data.set(
      known.reduce(
        (others, [byte, value]) => mux(read.word.eq(byte / 4), value, others),
        constant(0),
      ),
    );
    const among = (word: UInt, bytes: readonly number[]): Bool =>
      bytes.reduce<Bool>((any, byte) => any.or(word.eq(byte / 4)), literal(bool(), false));
    const writable = [address.control, address.status, address.beats, address.groups];
    read.error.set(
      among(
        read.word,
        known.map(([byte]) => byte),
      ).not(),
    );
    write.error.set(among(write.word, writable).not());

    io.command.start.set(start);
    io.command.abort.set(abort);
    io.command.requantize.set(modes.requantize);
    io.command.relu.set(modes.relu);
    io.command.packed.set(packed);
    io.command.beats.set(beats);
    io.command.groups.set(groups);
    io.irq.set(done.and(modes.interrupt));
  },
});
