import {
  assert,
  cover,
  input,
  instance,
  module,
  output,
  register,
  type UInt,
  uint,
} from "@chisel-ts/core";
import { expect, test } from "vitest";
import { wasmListing } from "../../../sim/index.ts";
import { assemble, Code } from "../../../sim/wasm/encoder.ts";
import { instructions } from "../../../sim/wasm/instructions.ts";
import { listing } from "../../../sim/wasm/listing.ts";

test("the code of a counter can be read", () => {
  const counter = module({ name: "counter", ports: { y: output(uint(8)) } }, (io) => {
    const value = register("value", uint(8), { reset: 3 });
    value.set(value.addWrap(1));
    io.y.set(value);
  });
  expect(wasmListing(counter)).toMatchInlineSnapshot(`
    "(func $settle ;; 1 locals
      i32.const 0
      i64.load offset=64
      local.set 0
      i32.const 0
      local.get 0
      i64.store offset=64
    )

    (func $reset ;; 1 locals
      i64.const 3
      local.set 0
      i32.const 0
      local.get 0
      i64.store offset=64
    )

    (func $edge ;; 3 locals
      i32.const 0
      i64.load offset=64
      local.set 0
      local.get 0
      i64.const 1
      i64.add
      i64.const 255
      i64.and
      local.set 1
      local.get 1
      local.set 2
      i32.const 0
      local.get 2
      i64.store offset=64
    )

    (func $edges (param 0 i32) ;; 0 locals
      block
        local.get 0
        i32.eqz
        br_if 0
        loop
          call $edge
          local.get 0
          i32.const 1
          i32.sub
          local.tee 0
          br_if 0
        end
      end
    )

    (func $row (param 0 i32) ;; 3 locals
      i32.const 0
      i64.load offset=64
      local.set 1
      local.get 1
      i64.const 1
      i64.add
      i64.const 255
      i64.and
      local.set 2
      local.get 0
      local.get 1
      i64.store8 offset=152
      local.get 2
      local.set 3
      i32.const 0
      local.get 3
      i64.store offset=64
    )

    (func $batch (param 0 i32) (param 1 i32) ;; 0 locals
      block
        local.get 0
        i32.eqz
        br_if 0
        loop
          local.get 1
          call $row
          local.get 1
          i32.const 1
          i32.add
          local.set 1
          local.get 0
          i32.const 1
          i32.sub
          local.tee 0
          br_if 0
        end
      end
    )
    "
  `);
});

test("instances of one module are one loop", () => {
  const ports = { x: input(uint(8)), y: output(uint(8)) };
  const unit = module({ name: "unit", ports }, (io) => {
    const value = register("value", uint(8), { reset: 3 });
    value.set(value.xor(io.x));
    io.y.set(value);
  });
  const ring = module({ name: "ring", ports }, (io) => {
    let { x } = io;
    for (let i = 0; i < 40; i++) x = instance(`u${i}`, unit, { x }).y;
    io.y.set(x);
  });
  const text = wasmListing(ring);
  expect(text.match(/v128\.xor/g)).toHaveLength(1);
  expect(text).toMatch(/call \$edge_unit_\d/);
});

test("checks cost nothing where there are none: their code is in the text of circuits that have some", () => {
  const counter = (body: (value: UInt) => void) =>
    module({ name: "counter", ports: { y: output(uint(8)) } }, (io) => {
      const value = register("value", uint(8), { reset: 3 });
      value.set(value.addWrap(1));
      body(value);
      io.y.set(value);
    });
  const plain = wasmListing(counter(() => {}));
  const checked = counter((value) => {
    assert(value.ne(200), "not_200");
    cover(value.eq(7), "seven");
  });
  expect(wasmListing({ ...checked, checks: [] })).toBe(plain);
  expect(wasmListing(checked).length).toBeGreaterThan(1.5 * plain.length);
  // Outputs and watched signals do not wait for checks.
  const settle = (text: string) => text.slice(0, text.indexOf("(func $reset"));
  expect(settle(wasmListing(checked)).split("\n")).toHaveLength(settle(plain).split("\n").length);
});

test("every instruction is read back as it was written", () => {
  const lanes = Array.from({ length: 16 }, (_, i) => i);
  for (const { name, immediate } of instructions.values()) {
    const code = new Code("f", ["i32"]);
    let written: string = name;
    if (name === "call") written = `call $${code.call("g") && "g"}`;
    else if (name === "i32.const") written = `${name} ${code.i32(-77) && -77}`;
    else if (name === "i64.const") written = `${name} ${code.i64(-(2n ** 62n)) && -(2n ** 62n)}`;
    else if (name === "br" || name === "br_if") written = `${name} ${code.branch(name, 3) && 3}`;
    else if (name === "local.get") written = `${name} ${code.get(300) && 300}`;
    else if (name === "local.set") written = `${name} ${code.set(300) && 300}`;
    else if (name === "local.tee") written = `${name} ${code.tee(300) && 300}`;
    else if (immediate === "address") written = `${name} offset=${code.memory(name, 300) && 300}`;
    else if (name === "v128.const" || name === "i8x16.shuffle")
      written = `${name} ${code.lanes(name, lanes) && lanes.join(" ")}`;
    else code.emit(name);
    // What follows shows that nothing was left over.
    code.emit("i32.eqz");
    const [, ...lines] = listing([code]).split("\n");
    expect(lines.map((line) => line.trim())).toEqual([written, "i32.eqz", ")"]);
  }
});

test("profilers find the functions by their names", () => {
  const module = new WebAssembly.Module(assemble([new Code("edge", []), new Code("settle", [])]));
  const [section] = WebAssembly.Module.customSections(module, "name");
  const [kind, length, count, ...names] = new Uint8Array(section!);
  expect([kind, length, count]).toEqual([1, 1 + names.length, 2]);
  expect(String.fromCharCode(...names)).toBe("\x00\x04edge\x01\x06settle");
});
