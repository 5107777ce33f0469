// The forms in which loops store results, so that those that read them need not put upper bits right again.

import { at } from "@chisel-ts/core";
import type { Netlist } from "../../netlist.ts";
import type { GroupLayout, Layout } from "../layout.ts";
import type { Form } from "./vectors.ts";

/** What a slot of the netlist is: a value in the kernel of a group. */
interface Source {
  readonly layout: GroupLayout;
  readonly slot: number;
}

/** The forms of results in functions that are compiled together, in the order in which they are called. */
export class StoredForms {
  readonly #netlist: Netlist;
  readonly #sources = new Map<number, Source>();
  readonly #forms = new Map<GroupLayout, Map<number, Form>>();

  constructor(netlist: Netlist, { groups }: Layout) {
    this.#netlist = netlist;
    for (const layout of groups) {
      const { results, kernel } = layout.group;
      for (const { slot, signal } of results)
        this.#sources.set(slot, { layout, slot: at(kernel.signals, signal).slot });
    }
  }

  /** The form in which a result is to be stored: the one at hand, where it is stored for the first time. */
  stored(layout: GroupLayout, slot: number, atHand: Form): Form {
    const forms = this.#forms.get(layout) ?? new Map<number, Form>();
    this.#forms.set(layout, forms);
    const form = forms.get(slot) ?? atHand;
    forms.set(slot, form);
    return form;
  }

  /** The form of all lanes of an input: anything, unless it is read where loops have stored it in one form. */
  input({ group, inputs }: GroupLayout, index: number): Form {
    if (inputs[index]?.inPlace !== true) return "dirty";
    const forms = new Set<Form>();
    for (const lane of group.lanes) {
      const source = this.#sources.get(at(at(this.#netlist.kept, lane).inputs, index));
      forms.add((source && this.#forms.get(source.layout)?.get(source.slot)) ?? "dirty");
      if (forms.size > 1) return "dirty";
    }
    const [form = "dirty"] = forms;
    return form;
  }
}
