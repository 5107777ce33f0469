import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { queueFarm } from "../../src/farm/bullmq/farm.ts";
import { queueWorker } from "../../src/farm/bullmq/worker.ts";
import { type Farm, FarmError, pieceOf, threads, versionOf } from "../../src/farm/index.ts";
import { farmContract } from "./contract.ts";
import { kinds } from "./kinds.js";
import { postgres, redis, type Server, startWorker, type WorkerProcess } from "./servers.ts";

const version = versionOf(kinds);
const silent = (): void => {};

describe.each([
  ["Redis", redis],
  ["PostgreSQL", postgres],
])("%s", (name, begin) => {
  let begun: Promise<Server> | undefined;
  const workers: WorkerProcess[] = [];
  const opened = (): Promise<Server> => {
    begun ??= begin().then(async (server) => {
      workers.push(await startWorker(server.url, 2));
      return server;
    });
    return begun;
  };
  const open = async (): Promise<Farm> => queueFarm((await opened()).url, version, silent);
  afterAll(async () => {
    for (const worker of workers) worker.process.kill("SIGKILL");
    await (await begun?.catch(() => undefined))?.stop();
  });

  farmContract(name, { open }, 2);

  test("two submitters of one piece join, and the Ctrl-C of one leaves the other its result", async () => {
    const [first, second] = [await open(), await open()];
    const folder = mkdtempSync(join(tmpdir(), "rf8-farm-"));
    const busy = [1, 2].map((n) => pieceOf(kinds.slow, { ms: 500, value: Date.now() + n }));
    const told = { file: join(folder, "told"), word: "begun", ms: 10 };
    const shared = pieceOf(kinds.told, told);
    for (const piece of busy) await second.submit(piece, new Map());
    await first.submit(shared, new Map());
    await second.submit(shared, new Map());
    // It waits behind the two that both threads are busy with.
    await first.cancel();
    expect(await first.result(shared.id)).toEqual({ state: "cancelled" });
    expect(await second.result(shared.id)).toMatchObject({ state: "done" });
    expect(readFileSync(told.file, "utf8")).toBe("begun\n");
    await first.close();
    await second.close();
    rmSync(folder, { recursive: true });
  });

  test("a worker of another version takes nothing and says so in one line", async () => {
    const farm = await queueFarm((await opened()).url, "0123456789ab", silent);
    await farm.submit(pieceOf(kinds.square, Date.now()), new Map());
    const other = await startWorker((await opened()).url, 1);
    workers.push(other);
    expect(other.said()).toMatch(
      /^1 pieces of work are of another version of rf8 \(0123456789ab\); this worker is [0-9a-f]{12} and refuses them: [^\n]*\n$/,
    );
    expect(await farm.capacity()).toBe(0);
    other.process.kill("SIGKILL");
    await farm.close();
  });

  test.runIf(name === "PostgreSQL")("a database that does not exist is told", async () => {
    const url = (await opened()).url.replace(/\/postgres$/, "/no_such");
    const refused = queueFarm(url, version, silent);
    await expect(refused).rejects.toThrow(/database "no_such" does not exist/);
  });

  test("who asks later for what is done has it at once", async () => {
    const farm = await open();
    const piece = pieceOf(kinds.square, Date.now());
    await farm.submit(piece, new Map());
    const outcome = await farm.result(piece.id);
    await farm.close();
    for (const worker of workers.splice(0)) worker.process.kill("SIGKILL");
    const later = await open();
    await later.submit(piece, new Map());
    expect(await later.result(piece.id)).toEqual(outcome);
    await later.close();
  });

  // The last test here: the server is gone.
  test("while the queue is away, submitters and workers can be ended", async () => {
    const server = await opened();
    const told: string[] = [];
    const notice = (line: string): void => void told.push(line);
    const there = threads(new URL("./thread.js", import.meta.url), 1);
    const worker = await queueWorker(server.url, there, { version, notice });
    const farm = await queueFarm(server.url, version, notice);
    const piece = pieceOf(kinds.slow, { ms: 60_000, value: Date.now() });
    await farm.submit(piece, new Map());
    await server.kill();
    const late = pieceOf(kinds.square, Date.now());
    const submitted = farm.submit(late, new Map());
    while (told.length < 2) await setTimeout(50);
    await farm.cancel();
    await submitted;
    expect(await farm.result(late.id)).toEqual({ state: "cancelled" });
    await farm.close();
    await there.close();
    await worker.close();
    for (const line of told) expect(line).toContain("waiting for it to come back");
  });
});

test.each([
  ["http://127.0.0.1", /^http:\/\/127\.0\.0\.1\/? is no queue: redis:/],
  ["nonsense", /^the URL is no queue/],
  ["redis://a host:1", /^the URL is no queue/],
  ["redis://127.0.0.1:99999", /^the URL is no queue/],
  [
    "redis://:secret@127.0.0.1:1/my queue",
    /^redis:\/\/127\.0\.0\.1:1\/my%20queue: \/my%20queue is no database of Redis/,
  ],
  ["redis://:secret@127.0.0.1:1", /^redis:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/],
  [
    "postgres://me:secret@127.0.0.1:1/x",
    /^postgres:\/\/me@127\.0\.0\.1:1\/x does not answer: .*ECONNREFUSED/,
  ],
])(
  "a queue that is not there is told in one line without its password: %s",
  async (url, message) => {
    await expect(queueFarm(url, version, silent)).rejects.toThrow(FarmError);
    await expect(queueFarm(url, version, silent)).rejects.toThrow(message);
  },
);

describe("a Redis with a password", () => {
  let begun: Promise<Server> | undefined;
  const opened = (): Promise<Server> => {
    begun ??= redis("--requirepass", "right");
    return begun;
  };
  afterAll(async () => (await begun?.catch(() => undefined))?.stop());

  test.each([
    ["", /^redis:\/\/127\.0\.0\.1:\d+ refuses you: NOAUTH/],
    [":wrong@", /^redis:\/\/127\.0\.0\.1:\d+ refuses you: WRONGPASS/],
    ["nobody:right@", /^redis:\/\/nobody@127\.0\.0\.1:\d+ refuses you: WRONGPASS/],
  ])("refuses %j in one line", async (user, message) => {
    const { url } = await opened();
    const given = url.replace("redis://", `redis://${user}`);
    await expect(queueFarm(given, version, silent)).rejects.toThrow(message);
  });

  test("lets the right one in, and has no database 99", async () => {
    const { url } = await opened();
    const given = url.replace("redis://", "redis://:right@");
    const farm = await queueFarm(given, version, silent);
    expect(await farm.capacity()).toBe(0);
    await farm.close();
    await expect(queueFarm(`${given}/99`, version, silent)).rejects.toThrow(/out of range/);
  });
});

test("a Redis that is too old is told with its version", async () => {
  const old = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      for (const [, command] of String(bytes).matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        const told = "redis_version:5.0.14\r\n";
        if (command?.toLowerCase() === "info") socket.write(`$${told.length}\r\n${told}\r\n`);
        else socket.write(command?.toLowerCase() === "select" ? "+OK\r\n" : "-ERR unknown\r\n");
      }
    });
  }).listen(0, "127.0.0.1");
  await once(old, "listening");
  const url = `redis://127.0.0.1:${(old.address() as AddressInfo).port}`;
  const opened = queueFarm(url, version, silent);
  await expect(opened).rejects.toThrow(/ is Redis 5\.0\.14; 6\.2 or newer is needed$/);
  old.close();
});
