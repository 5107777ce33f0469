import { instance, type Module, type Signal, type Target, type UInt, wire } from "@chisel-ts/core";
import type { Body } from "./body.ts";
import { convert, squeeze } from "./combine.ts";
import type { Naming } from "./naming.ts";
import type { InstancesStep } from "./steps.ts";
import { crosses, type Source, wirings } from "./wiring.ts";

/** A built child and the words that one instance computes in a cycle. */
export interface Child {
  readonly module: Module;
  readonly weight: number;
}

/** What the inputs of one side are fed with, as values of the body. */
class Side {
  reads = 0;
  readonly #body: Body;
  readonly #side: number;
  readonly #first: number;

  constructor(body: Body, side: number, first: number) {
    this.#body = body;
    this.#side = side;
    this.#first = first;
  }

  outside(place: number): UInt {
    const value = this.#body.pick(this.#side, this.#first + place);
    this.reads |= value.reads;
    return value.signal;
  }
}

/** Places up to `step.count` instances, as many as `room` words allow, but one at least. */
export function addInstances(
  body: Body,
  step: InstancesStep,
  index: number,
  children: readonly Child[],
  room: number,
  naming: Naming,
): void {
  if (children.length === 0) return;
  const at = (i: number): Child => children[(step.child + (step.mixed ? i : 0)) % children.length]!;
  const heaviest = Math.max(...children.map((child) => child.weight));
  const count = Math.max(1, Math.min(step.count, Math.floor(room / heaviest)));
  const wiring = wirings[step.wiring % wirings.length]!;
  const [evenSide, oddSide] = crosses(wiring) ? [step.side, step.side] : [1, 2];
  const sides = [new Side(body, evenSide, step.a), new Side(body, oddSide, step.b)] as const;

  const placed: Record<string, Signal>[] = [];
  const output = (i: number, port: string): UInt => placed[i]![port]!.asUInt();
  const pending: (() => void)[] = [];
  const read = new Set<string>();

  /** The signal for input `k` of instance i: undefined where its source is not placed yet. */
  const signal = (i: number, k: number, late: boolean): UInt | undefined => {
    const side = sides[k % 2 === 0 ? 0 : 1];
    const source: Source = k % 2 === 0 ? wiring.even : wiring.odd;
    if (source === "broadcast") return side.outside(k);
    if (source === "independent") return side.outside(k + 3 * i);
    const wanted = i + source.offset;
    const other = wiring.ring && source.port === "r" ? (wanted + count) % count : wanted;
    if (other < 0 || other >= count) return side.outside(k);
    if (other >= i && !late) return undefined;
    read.add(`${other}.${source.port}`);
    return output(other, source.port);
  };

  for (let i = 0; i < count; i++) {
    const { module } = at(i);
    const inputs = module.portList.filter((port) => port.direction === "input");
    const operands = inputs.map(({ name, type }, k) => {
      const early = signal(i, k, false);
      if (early) return [name, convert(early, type)];
      const later = wire(naming.of(`w${index}_${i}_${name}`), type) as Target<Signal>;
      pending.push(() => later.set(convert(signal(i, k, true)!, type) as never));
      return [name, later];
    });
    const signals = instance(
      naming.of(`u${index}_${i}`),
      module,
      Object.fromEntries(operands) as never,
    );
    placed.push(signals as unknown as Record<string, Signal>);
  }
  for (const drive of pending) drive();

  const crossing = sides[0].reads | sides[1].reads;
  const reads = crosses(wiring)
    ? { p: crossing, q: crossing, r: 0 }
    : { p: sides[0].reads, q: sides[1].reads, r: 0 };
  for (let i = 0; i < count; i++) {
    for (const port of ["p", "q", "r"] as const) {
      const value = body.add(squeeze(output(i, port), body.limit), reads[port]);
      if (read.has(`${i}.${port}`)) body.use(value);
    }
  }
}
