import {
  bool,
  circuit,
  connect,
  instance,
  type Module,
  module,
  output,
  uint,
  wire,
} from "@chisel-ts/core";
import { axiMaster } from "../bus/axi.ts";
import { axiLite, axiLiteSlave } from "../bus/axi-lite.ts";
import { coreControl } from "./control.ts";
import { core } from "./core.ts";
import { descriptorBytes } from "./descriptor.ts";
import { memoryPort } from "./memory-port.ts";
import { addressBits, type CoreParameters } from "./parameters.ts";
import { slotBits } from "./registers.ts";

const portsOf = ({ lanes }: CoreParameters) => ({
  control: axiLite,
  memory: axiMaster(lanes, addressBits),
  irq: output(bool(), "interrupt: a batch has been read, and interrupts are enabled"),
});

export type DecoderCorePorts = ReturnType<typeof portsOf>;

/**
 * The decoder core with an AXI4 master for its memory, an AXI4-Lite slave for its registers, and an interrupt (docs/core.md).
 *
 * @throws CircuitError for parameters that make no core.
 */
export const decoderCore = (parameters: CoreParameters): Module<DecoderCorePorts> =>
  build(parameters);

const build = circuit((parameters: CoreParameters) =>
  module(
    {
      name: "decoder_core_axi",
      description: "Decoder core with AXI4 interfaces",
      parameters: { ...parameters },
      ports: portsOf(parameters),
    },
    (io) => {
      const answer = wire("bus", {
        write: { error: bool() },
        read: { data: uint(32), error: bool() },
      });
      const slave = instance("slave", axiLiteSlave(), { axi: io.control, bus: answer });
      connect(io.control, slave.axi);

      const ready = wire("ready", { request: bool(), store: bool() });
      const data = wire("data", { valid: bool(), bits: uint(8 * parameters.lanes) });
      const command = wire("command", {
        slot: {
          enable: bool(),
          index: uint(slotBits(parameters)),
          token: uint(32),
          position: uint(32),
          cache: uint(addressBits),
        },
        start: bool(),
        last_slot: uint(slotBits(parameters)),
        positions: uint(32),
      });
      const {
        request,
        store,
        data: drawn,
        ...state
      } = instance("core", core(parameters), {
        ...command,
        first_descriptor: descriptorBytes,
        request: { ready: ready.request },
        data,
        store: { ready: ready.store },
      });
      const base = wire("base", uint(addressBits));
      const port = instance("port", memoryPort({ lanes: parameters.lanes }), {
        base,
        core: { request, data: drawn, store },
        memory: io.memory,
      });
      connect(io.memory, port.memory);
      connect(data, port.core.data);
      ready.request.set(port.core.request.ready);
      ready.store.set(port.core.store.ready);

      const control = instance("registers", coreControl(parameters), {
        bus: slave.bus,
        core: state,
        error: port.error,
      });
      connect(answer, control.bus);
      connect(command, control.core);
      base.set(control.base);
      io.irq.set(control.irq);
    },
  ),
);
