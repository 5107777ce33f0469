import counter from "../../../examples/counter.ts?raw";
import fifo from "../../../examples/fifo.ts?raw";
import macTestbench from "../../../examples/mac-testbench.ts?raw";
import numberFormat from "../../../examples/number-format.ts?raw";
import uart from "../../../examples/uart.ts?raw";
import adder from "./examples/adder.ts?raw";
import array from "./examples/array.ts?raw";
import dot from "./examples/dot.ts?raw";
import mac from "./examples/mac.ts?raw";

/** Programs to begin with, by what the menu calls them. */
export const examples: Readonly<Record<string, string>> = {
  Counter: counter,
  FIFO: fifo,
  UART: uart,
  "Adder with tests": adder,
  "RF8 MAC": mac,
  "RF8 dot unit": dot,
  "RF8 systolic array": array,
  "MAC testbench": macTestbench,
  "A number format": numberFormat,
};

export const firstExample = "Counter";
