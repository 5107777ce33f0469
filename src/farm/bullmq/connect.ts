import { at } from "@chisel-ts/core";
import type { Queue, Worker, WorkerOptions } from "bullmq";
import { FarmError } from "../farm.ts";
import type { Outcome, Piece } from "../kind.ts";

/** A piece or, in the queue of files, a file. */
export type Data = Piece | { readonly gzip: string };
export type FarmQueue = Pick<
  Queue<Data, Outcome>,
  | "add"
  | "getJob"
  | "getJobState"
  | "getWorkers"
  | "getJobs"
  | "getWaitingCount"
  | "remove"
  | "clean"
  | "close"
>;
export interface FarmEvents {
  on(
    event: "completed" | "failed" | "removed",
    listener: (job: { jobId: string }) => void,
  ): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}
export type FarmWorker = Pick<Worker<Data, Outcome>, "close" | "waitUntilReady">;

/** BullMQ on one database. */
export interface Connection {
  /** The URL without the password. */
  readonly shown: string;
  queue(name: string): FarmQueue;
  events(name: string): FarmEvents;
  worker(
    name: string,
    process: (piece: unknown) => Promise<Outcome>,
    options: Omit<WorkerOptions, "connection">,
  ): FarmWorker;
}

/** Milliseconds in which a database answers for the first time. */
const patience = 10_000;

/**
 * BullMQ on a Redis or Valkey (`redis://`, `rediss://`) or a PostgreSQL (`postgres://`, `postgresql://`). Its packages are
 * loaded here and nowhere else.
 *
 * @param notice told in one line when a connection that was there is lost, and when it is back.
 * @throws FarmError when the URL is another, a package is absent, or nothing answers.
 */
export async function connect(url: string, notice: (line: string) => void): Promise<Connection> {
  const shown = withoutPassword(url);
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1] ?? "";
  if (["redis", "rediss"].includes(scheme)) return onRedis(url, shown, notice);
  if (["postgres", "postgresql"].includes(scheme)) return onPostgres(url, shown, notice);
  throw new FarmError(
    `${shown} is no queue: redis://HOST:PORT, rediss://… or postgres://USER@HOST:PORT/DATABASE is`,
  );
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "the URL";
  const parsed = new URL(url);
  parsed.password = "";
  return parsed.href;
}

async function onRedis(url: string, shown: string, notice: Notice): Promise<Connection> {
  const [bull, redis] = await Promise.all([
    installed(shown, "bullmq ioredis", () => import("bullmq")),
    installed(shown, "bullmq ioredis", () => import("ioredis")),
  ]);
  const probe = new redis.Redis(url, {
    ...{ lazyConnect: true, retryStrategy: () => null, connectTimeout: patience },
  });
  let cause: Error | undefined;
  probe.on("error", (error: Error) => {
    cause = error;
  });
  await answers(shown, probe.connect(), () => cause).finally(() => probe.disconnect());
  // Once it was there, it is waited for, however long it stays away.
  const connection = { url, maxRetriesPerRequest: null };
  return connectionOf(shown, notice, {
    queue: (name, options) => new bull.Queue<Data, Outcome>(name, { connection, ...options }),
    events: (name) => new bull.QueueEvents<Outcome>(name, { connection }),
    worker: (name, work, options) =>
      new bull.Worker<Data, Outcome>(name, work, { connection, ...options }),
  });
}

async function onPostgres(url: string, shown: string, notice: Notice): Promise<Connection> {
  const [bull, pg] = await Promise.all([
    installed(shown, "bullmq pg", () => import("bullmq")),
    installed(shown, "bullmq pg", () => import("pg")),
  ]);
  const probe = new pg.default.Client({
    ...{ connectionString: url, connectionTimeoutMillis: patience },
  });
  probe.on("error", () => {});
  await answers(shown, probe.connect(), () => undefined).finally(() => probe.end());
  const { Queue, QueueEvents, Worker } = bull.withBackend(bull.createPostgresBackend);
  const connection = { connectionString: url, migrate: true };
  return connectionOf(shown, notice, {
    queue: (name, options) => new Queue<Data, Outcome>(name, { connection, ...options }),
    events: (name) => new QueueEvents<Outcome>(name, { connection }),
    worker: (name, work, options) =>
      new Worker<Data, Outcome>(name, work, { connection, ...options }),
  });
}

type Notice = (line: string) => void;

interface Makers {
  queue(name: string, options: object): FarmQueue & Emitter;
  events(name: string): FarmEvents;
  worker(
    name: string,
    work: (job: { readonly data: unknown }) => Promise<Outcome>,
    options: Omit<WorkerOptions, "connection">,
  ): FarmWorker & Emitter;
}

interface Emitter {
  on(event: "error", listener: (error: Error) => void): unknown;
}

function connectionOf(shown: string, notice: Notice, make: Makers): Connection {
  let reported = 0;
  // Every part of BullMQ tells of one loss, again and again.
  const lost = (error: Error): void => {
    const now = performance.now();
    if (now - reported > patience || reported === 0)
      notice(`${shown}: ${firstLine(error)}; waiting for it to come back`);
    reported = now;
  };
  const watched = <T extends Emitter>(part: T): T => {
    part.on("error", lost);
    return part;
  };
  // Results are in the stream of events too, so that it is kept short; what is missed there is asked for.
  const options = { streams: { events: { maxLen: 1000 } } };
  return {
    shown,
    queue: (name) => watched(make.queue(name, options)),
    events(name) {
      const events = make.events(name);
      events.on("error", lost);
      return events;
    },
    worker: (name, process, more) => watched(make.worker(name, ({ data }) => process(data), more)),
  };
}

async function answers(
  shown: string,
  connected: Promise<unknown>,
  cause: () => Error | undefined,
): Promise<void> {
  try {
    await connected;
  } catch (error) {
    throw new FarmError(`${shown} does not answer: ${firstLine(cause() ?? (error as Error))}`);
  }
}

async function installed<T>(shown: string, names: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FarmError(`${shown} needs packages that are not installed: npm install ${names}`);
  }
}

function firstLine(error: Error): string {
  const { code }: NodeJS.ErrnoException = error;
  return at((error.message || code || error.name).split("\n"), 0);
}
