/** Byte addresses of the engine's registers (docs/engine.md), and bits of its control and status registers. */
export const REGISTERS = {
  control: 0x0c,
  status: 0x10,
  beats: 0x14,
  groups: 0x18,
  cycles: 0x20,
  activation_wait: 0x24,
  weight_wait: 0x28,
  result_wait: 0x2c,
} as const;

export const CONTROL = {
  start: 1 << 0,
  interrupt: 1 << 2,
  requantize: 1 << 3,
  relu: 1 << 4,
} as const;
export const STATUS = { busy: 1 << 0, done: 1 << 1, invalid: 1 << 2, saturated: 1 << 3 } as const;
