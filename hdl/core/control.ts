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
  vec,
  when,
} from "@chisel-ts/core";
import { registerSide } from "../bus/axi-lite.ts";
import { circuit } from "../circuit.ts";
import { activationBits } from "../parameters.ts";
import { addressBits, type CoreParameters, coreParameters } from "./parameters.ts";
import { slotBits } from "./registers.ts";

interface RegisterRow {
  readonly address: number;
  readonly access: "read" | "read and write";
  readonly meaning: string;
}

const row = (address: number, access: RegisterRow["access"], meaning: string): RegisterRow => ({
  address,
  access,
  meaning,
});

/** 2^20 cycles, 10 ms at 100 MHz: far more than a memory takes, and less than a host waits. */
const PATIENCE = 20;

/** Every register: the circuit and the page of the registers are made of it. */
export const controlRegisters = {
  identification: row(0x00, "read", "RF8C, 0x52463843"),
  shape: row(
    0x04,
    "read",
    "bits 7:0 lanes, 15:8 vector lanes, 23:16 batch, 31:24 bits of an activation",
  ),
  control: row(
    0x08,
    "read and write",
    `bit 0 start (reads as 0), bit 2 interrupts, bits 15:8 the last slot of the batch, bits 20:16 n: a memory that does not answer for 2^n cycles has failed (${PATIENCE} after a reset; 0 keeps it)`,
  ),
  status: row(
    0x0c,
    "read and write",
    "bit 0 busy, 1 done, 2 invalid, 3 saturated, 4 refused, 5 error of the memory, 6 the memory did not answer; 1 written to done or error clears it; a start clears all but bit 6, a reset that, too",
  ),
  base: row(0x10, "read and write", "address of the image, in units of 64 bytes"),
  positions: row(0x14, "read and write", "positions of the caches, as in the image's header"),
  slot: row(0x18, "read and write", "the slot that token, position, cache and next speak of"),
  token: row(0x1c, "read and write", "token of the slot"),
  position: row(0x20, "read and write", "tokens of its sequence before it"),
  cache: row(
    0x24,
    "read and write",
    "from the first cache to that of its sequence, in units of 64 bytes; writing it gives the slot its token and position",
  ),
  next: row(0x28, "read", "the likeliest token behind that of the slot"),
  place: row(0x2c, "read", "the descriptor at work, or the first of which the status speaks"),
  product: row(0x30, "read", "cycles in which weights transferred, modulo 2^32"),
  vector: row(0x34, "read", "cycles of vector work, modulo 2^32"),
  memory: row(0x38, "read", "cycles that waited for the memory, modulo 2^32"),
  sequencing: row(0x3c, "read", "busy cycles of none of these, modulo 2^32"),
} as const;

type RegisterName = keyof typeof controlRegisters;

const status = (what: string) => input(bool(), what);
const count = (what: string) => input(uint(48), what);

const { activation, lanes, vectorLanes, batch } = coreParameters;

const portsOf = (parameters: Pick<CoreParameters, "batch">) => ({
  bus: registerSide,
  core: {
    slot: {
      enable: output(bool(), "give a token of the batch"),
      index: output(uint(slotBits(parameters)), "which one"),
      token: output(uint(32), "the token"),
      position: output(uint(32), "tokens of its sequence before it"),
      cache: output(uint(addressBits), "bytes from the first cache to that of its sequence"),
    },
    start: output(bool(), "read the batch"),
    last_slot: output(uint(slotBits(parameters)), "its last token"),
    positions: output(uint(32), "positions of the caches"),
    busy: status("a batch is read"),
    next: vec(parameters.batch, (t) => input(uint(32), `the token behind token ${t}`)),
    invalid: status("a code among the weights was NaN"),
    saturated: status("a number was beyond the largest code of the cache"),
    refused: status("a descriptor or a token was refused"),
    place: input(uint(32), "the descriptor"),
    cycles: {
      product: count("cycles in which weights transfer"),
      vector: count("cycles of vector work"),
      memory: count("cycles that wait for the memory"),
      sequencing: count("busy cycles of neither"),
    },
  },
  base: output(uint(addressBits), "address of the image"),
  error: status("the memory answers with an error"),
  silent: status("the memory did not answer; until the reset"),
  patience: output(uint(5), "a memory that does not answer for 2^patience cycles has failed"),
  irq: output(bool(), "interrupt: a batch has been read, and interrupts are enabled"),
});

/** The registers of the decoder core behind an AXI4-Lite slave. */
export const coreControl = circuit({
  name: "core_control",
  description: "Registers of the decoder core",
  parameters: { activation, lanes, vectorLanes, batch },
  ports: portsOf,
  build(io, parameters) {
    const { core } = io;
    const { write, read } = io.bus;
    const narrow = slotBits(parameters);
    const number = (name: string) => register(name, uint(32), { reset: 0 });
    const kept = {
      base: number("base_given"),
      positions: number("positions_given"),
      slot: number("slot_given"),
      token: number("token_given"),
      position: number("position_given"),
      cache: number("cache_given"),
    };
    const writes = (name: RegisterName): Bool =>
      write.enable.and(write.word.eq(controlRegisters[name].address / 4));
    const merged = (before: UInt): UInt =>
      concat(
        [3, 2, 1, 0].map((i) => {
          const [high, low] = [8 * i + 7, 8 * i];
          return mux<UInt>(write.strobe.bit(i), write.data.bits(high, low), before.bits(high, low));
        }),
      );
    for (const name of Object.keys(kept) as (keyof typeof kept)[])
      when(writes(name), () => kept[name].set(merged(kept[name])));

    const bit = (name: string) => register(name, bool(), { reset: 0 });
    const [interrupts, start, gives] = [bit("interrupts"), bit("start_now"), bit("slot_now")];
    const last = register("last_given", uint(narrow), { reset: 0 });
    const commands = writes("control").and(write.strobe.bit(0));
    start.set(commands.and(write.data.bit(0)).and(core.busy.not()));
    gives.set(writes("cache").and(core.busy.not()));
    when(commands, () => interrupts.set(write.data.bit(2)));
    when(writes("control").and(write.strobe.bit(1)), () =>
      last.set(write.data.bits(8 + narrow - 1, 8)),
    );

    const [worked, done, failed] = [bit("worked"), bit("done_seen"), bit("error_seen")];
    worked.set(core.busy);
    const clears = writes("status").and(write.strobe.bit(0));
    const ended = worked.and(core.busy.not());
    done.set(ended.or(done.and(start.or(clears.and(write.data.bit(1))).not())));
    failed.set(io.error.or(failed.and(start.or(clears.and(write.data.bit(5))).not())));

    const patience = register("patience_given", uint(5), { reset: PATIENCE });
    const given = write.data.bits(20, 16);
    when(writes("control").and(write.strobe.bit(2)).and(given.ne(0)), () => patience.set(given));
    // The core knows nothing of errors, and goes on.
    const place = number("place_known");
    when(failed.or(io.silent).not(), () => place.set(core.place));

    const constant = (value: number): UInt => literal(uint(32), value);
    const flags = concat(
      io.silent,
      failed,
      core.refused,
      core.saturated,
      core.invalid,
      done,
      core.busy.or(start),
    );
    const unset = (width: number): UInt => literal(uint(width), 0);
    const control = concat(patience, last.extend(8), unset(5), interrupts, unset(2));
    const { product, vector, memory, sequencing } = core.cycles;
    const index = kept.slot.truncate(narrow);
    const values: Readonly<Record<RegisterName, UInt>> = {
      ...kept,
      identification: constant(0x52463843),
      shape: constant(
        activationBits(parameters.activation) * 2 ** 24 +
          parameters.batch * 2 ** 16 +
          parameters.vectorLanes * 2 ** 8 +
          parameters.lanes,
      ),
      control: control.extend(32),
      status: flags.extend(32),
      next: core.next.at(index),
      place,
      product: product.truncate(32),
      vector: vector.truncate(32),
      memory: memory.truncate(32),
      sequencing: sequencing.truncate(32),
    };
    const names = Object.keys(controlRegisters) as RegisterName[];
    read.data.set(
      names.reduce(
        (others, name) =>
          mux<UInt>(read.word.eq(controlRegisters[name].address / 4), values[name], others),
        constant(0),
      ),
    );
    read.error.set(false);
    write.error.set(
      names
        .filter((name) => controlRegisters[name].access === "read and write")
        .map((name) => write.word.eq(controlRegisters[name].address / 4))
        .reduce((any, one) => any.or(one))
        .not(),
    );

    const units = (value: UInt): UInt =>
      value
        .shiftLeft(6)
        .extend(addressBits + 6)
        .truncate(addressBits);
    core.slot.enable.set(gives);
    core.slot.index.set(index);
    core.slot.token.set(kept.token);
    core.slot.position.set(kept.position);
    core.slot.cache.set(units(kept.cache));
    core.start.set(start);
    core.last_slot.set(last);
    core.positions.set(kept.positions);
    io.base.set(units(kept.base));
    io.patience.set(patience);
    io.irq.set(done.and(interrupts));
  },
});
