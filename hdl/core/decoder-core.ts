import { bool, connect, instance, output, uint, wire } from "@chisel-ts/core";
import { axiMaster } from "../bus/axi.ts";
import { axiLite, axiLiteSlave } from "../bus/axi-lite.ts";
import { circuit } from "../circuit.ts";
import { coreControl } from "./control.ts";
import { core } from "./core.ts";
import { descriptorBytes } from "./descriptor.ts";
import { memoryPort } from "./memory-port.ts";
import { addressBits, type CoreParameters, checkCore, coreParameters } from "./parameters.ts";
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
export const decoderCore = circuit({
  name: "decoder_core",
  moduleName: "decoder_core_axi",
  description: "Decoder core with AXI4 interfaces",
  parameters: coreParameters,
  check: checkCore,
  ports: portsOf,
  build(io, parameters) {
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
    const patience = wire("patience", uint(5));
    const port = instance("port", memoryPort({ lanes: parameters.lanes }), {
      base,
      patience,
      core: { request, data: drawn, store },
      memory: io.memory,
    });
    connect(io.memory, port.memory);
    connect(data, port.core.data);
    ready.request.set(port.core.request.ready);
    ready.store.set(port.core.store.ready);

    const control = instance("registers", coreControl(coreControl.pick(parameters)), {
      bus: slave.bus,
      core: state,
      error: port.error,
      silent: port.silent,
    });
    connect(answer, control.bus);
    connect(command, control.core);
    base.set(control.base);
    patience.set(control.patience);
    io.irq.set(control.irq);
  },
});
