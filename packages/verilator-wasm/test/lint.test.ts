import { describe, expect, test } from "vitest";
import { lint, messageLine, runVerilator, verilate } from "../src/index.ts";
import { sum } from "./designs.ts";

test("the program is Verilator 5.006", async () => {
  const { code, stdout } = await runVerilator(["--version"], {});
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Verilator 5\.006 2023-01-22 rev Debian 5\.006-3, WebAssembly\n$/);
});

describe("lint", () => {
  test("has nothing to say of a clean design", async () => {
    expect(await lint({ "sum.v": sum }, { top: "sum" })).toEqual({
      clean: true,
      messages: [],
      log: "",
    });
  });

  test("says where, what and under which name", async () => {
    const text = sum.replace(
      "assign total = kept",
      "wire [3:0] spare = kept;\n  assign total = kept",
    );
    const { clean, messages } = await lint({ "rtl/sum.v": text }, { top: "sum" });
    expect(clean).toBe(false);
    expect(
      messages.map(({ severity, code, file, line }) => ({ severity, code, file, line })),
    ).toEqual([
      { severity: "warning", code: "WIDTH", file: "rtl/sum.v", line: 13 },
      { severity: "warning", code: "UNUSEDSIGNAL", file: "rtl/sum.v", line: 13 },
    ]);
    expect(messages.map(messageLine)[1]).toMatch(
      /^rtl\/sum\.v:13:\d+: Signal is not used: 'spare' \[UNUSEDSIGNAL\]$/,
    );
  });

  test("a syntax error is a message, too", async () => {
    const { clean, messages } = await lint(
      { "sum.v": sum.replace("reg signed", "reg sined") },
      { top: "sum" },
    );
    expect(clean).toBe(false);
    expect(messages[0]).toMatchObject({ severity: "error", file: "sum.v", line: 7 });
  });

  test("a top that is not there", async () => {
    const { messages } = await lint({ "sum.v": sum }, { top: "some" });
    expect(messages[0]?.text).toMatch(/Specified --top-module 'some' was not found/);
  });
});

test.each(["../sum.v", "/etc/sum.v", "a//b.v", "./sum.v", "-o", ""])(
  "%j is not taken for a file",
  async (path) => {
    await expect(lint({ [path]: sum }, { top: "sum" })).rejects.toThrow(
      /no relative path of a file/,
    );
  },
);

test("a chain of 3,000 choices, each of the one before, does not overflow the stack", async () => {
  const chain = Array.from(
    { length: 3000 },
    (_, i) => `  wire [13:0] t${i + 1} = c[${i}] ? t${i} + 14'd${i} : t${i};\n`,
  );
  const text = `module deep(input wire [2999:0] c, output wire [13:0] y);
  wire [13:0] t0 = 14'd0;
${chain.join("")}  assign y = t3000;
endmodule
`;
  expect(await lint({ "deep.v": text }, { top: "deep" })).toMatchObject({ clean: true });
  const { files } = await verilate({ "deep.v": text }, { top: "deep", options: ["-O3"] });
  expect(Object.keys(files)).toContain("Vdut.h");
});

test("verilate writes C++, or refuses in one line", async () => {
  const { files, messages } = await verilate({ "sum.v": sum }, { top: "sum", prefix: "Vsum" });
  expect(messages).toEqual([]);
  expect(files["Vsum.h"]).toContain("VL_IN8(&clock,0,0)");
  await expect(verilate({ "sum.v": sum.slice(0, 300) }, { top: "sum" })).rejects.toThrow(
    /^Verilator refuses sum: sum\.v:\d+:\d+: syntax error[^\n]*$/,
  );
});
