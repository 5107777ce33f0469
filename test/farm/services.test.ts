import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { queueFarm } from "../../src/farm/bullmq/farm.ts";
import { versionOf } from "../../src/farm/index.ts";
import { needs } from "../support/native.ts";
import { kinds } from "./kinds.js";
import { redis } from "./servers.ts";

const page = readFileSync(new URL("../../docs/farm.md", import.meta.url), "utf8");
const block = (language: string): string => {
  const [, text] = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/farm.md has no lines of ${language}`);
  return text;
};

const folder = mkdtempSync(join(tmpdir(), "rf8-services-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a Redis takes the lines of docs/farm.md, and lets in who has the password", async () => {
  const lines = block("conf")
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [name, ...values] = line.split(" ");
      return [`--${name}`, ...values];
    });
  const server = await redis(...lines);
  try {
    const version = versionOf(kinds);
    await expect(queueFarm(server.url, version, () => {})).rejects.toThrow("NOAUTH");
    const password = /^requirepass (\S+)$/m.exec(block("conf"))?.[1];
    const farm = await queueFarm(server.url.replace("//", `//:${password}@`), version, () => {});
    expect(await farm.capacity()).toBe(0);
    await farm.close();
    expect(block("ini")).toContain(`redis://:${password}@`);
  } finally {
    await server.stop();
  }
});

test("systemd reads the unit of docs/farm.md", () => {
  needs("systemd-analyze");
  const verified = (text: string): string => {
    const unit = join(folder, "rf8-worker.service");
    writeFileSync(unit, text);
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    // Other units of the machine are none of ours.
    return `${stdout}${stderr}`
      .split("\n")
      .filter((line) => line.includes("rf8-worker"))
      .join("\n");
  };
  expect(verified(block("ini"))).toBe("");
  expect(verified(block("ini").replace("DynamicUser=", "DynamicUsers="))).toContain("DynamicUsers");
});
