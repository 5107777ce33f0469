import type { CorePorts } from "../../../hdl/core/core.ts";
import { coreStates } from "../../../hdl/core/registers.ts";
import type { InProcessSimulation, Until } from "../../../sim/index.ts";
import type { Block } from "../../model/core/index.ts";
import type { CoreProgram } from "./compile.ts";
import { DESCRIPTOR_BYTES, flags } from "./descriptor.ts";
import { CoreError } from "./error.ts";
import { HEADER_BYTES } from "./header.ts";

/** What the machine wrote with each descriptor, for a token. */
export type Written = ReadonlyMap<number, Block | undefined>;

/** A descriptor and tokens of the batch. */
interface Finished {
  readonly index: number;
  readonly slots: readonly number[];
}

/** Compares what each descriptor writes in the circuit with what it writes in the machine. */
export class DescriptorCheck {
  /** What the simulation has to watch. */
  static readonly watch: readonly string[] = ["state", "program_counter", "slot", "last_slot_held"];
  /** Ends a run in the last cycle of a descriptor, and behind that of the program. */
  static readonly stop: Until = {
    kind: "until",
    signal: "state",
    values: [coreStates.Idle, coreStates.Finish].map(({ value }) => Number(value)),
  };
  readonly #program: CoreProgram;
  readonly #dut: Pick<InProcessSimulation<CorePorts>, "peek" | "save">;

  constructor(program: CoreProgram, dut: Pick<InProcessSimulation<CorePorts>, "peek" | "save">) {
    this.#program = program;
    this.#dut = dut;
  }

  /** The descriptor whose last cycle this is, and the tokens that it is compared for: of a product all, at the last one. */
  finishing(): Finished {
    const dut = this.#dut;
    const index = (Number(dut.peek("program_counter")) - HEADER_BYTES) / DESCRIPTOR_BYTES - 1;
    const [slot, last] = [Number(dut.peek("slot")), Number(dut.peek("last_slot_held"))];
    if (this.#program.steps[index]?.descriptor.operation !== "product")
      return { index, slots: [slot] };
    return { index, slots: slot < last ? [] : Array.from({ length: last + 1 }, (_, i) => i) };
  }

  /** Behind that cycle. @throws CoreError by the descriptor, with both values. */
  compare({ index, slots }: Finished, written: readonly Written[]): void {
    const step = this.#program.steps[index];
    if (!step || slots.length === 0) return;
    const { target, targetVector, operation, flags: given } = step.descriptor;
    const saved = this.#dut.save();
    const lanes = this.#program.core.vectorLanes;
    for (const slot of slots) {
      const block = written[slot]?.get(index);
      if (!block) continue;
      const fail = (what: string, found: number, expected: number): void => {
        if (found !== expected)
          throw new CoreError(
            `descriptor ${index}, ${operation}, ${step.note}${slots.length > 1 ? `, token ${slot} of the batch` : ""}: ${what} is ${found}, not ${expected}`,
          );
      };
      const vectors = saved.get(`vectors_${slot}`) ?? [];
      block.values.forEach((value, i) => {
        const place = target + i;
        const word = vectors.at(Math.floor(place / lanes)) ?? 0n;
        const element = Number(BigInt.asIntN(32, word >> BigInt(32 * (place % lanes))));
        fail(`element ${i}`, element, value);
      });
      const exponent = saved.get(`exponents_${slot}`)?.[targetVector] ?? 0n;
      fail("exponent", Number(BigInt.asIntN(16, exponent)), block.exponent);
      if (!(given & flags.spanGoesOn))
        fail("span", Number(saved.get(`spans_${slot}`)?.[targetVector] ?? 0n), block.span);
    }
  }
}
