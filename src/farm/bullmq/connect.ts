import { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Queue, Worker, WorkerOptions } from "bullmq";
import { FarmError } from "../farm.ts";
import type { Outcome, Piece } from "../kind.ts";
import { firstLine, loaded, probed } from "./probe.ts";

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
export interface FarmEvents extends Part {
  on(
    event: "completed" | "failed" | "removed",
    listener: (job: { jobId: string }) => void,
  ): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
}
export type FarmWorker = Pick<Worker<Data, Outcome>, "close" | "disconnect" | "waitUntilReady">;

interface Part {
  close(): Promise<void>;
  disconnect(): Promise<unknown>;
}

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
  /**
   * A question to the database that shows whether it is there: that it was lost is reported once, and so is that it is back.
   * Connections that give no answer are cut, and made again.
   *
   * @returns whether there was an answer.
   */
  isThere(question: Promise<unknown>): Promise<boolean>;
  /** Closes all that was made here; what the database keeps from it within some seconds is cut off. */
  close(): Promise<void>;
}

/** Milliseconds in which a database answers for the first time. */
const patience = 10_000;

/** Milliseconds without an answer after which connections count as cut: the system itself would notice in a quarter of an hour. */
const silence = 15_000;

/** Milliseconds in which connections are closed as they should be. */
const farewell = 3_000;

/**
 * BullMQ on a Redis or Valkey (`redis://`, `rediss://`) or a PostgreSQL (`postgres://`, `postgresql://`). Its packages are
 * loaded here and in `probe.ts` and nowhere else.
 *
 * @param notice called with one line when a connection that was there is lost, and when it is back.
 * @throws FarmError when the URL is another, a package is absent, or nothing answers.
 */
export async function connect(url: string, notice: Notice): Promise<Connection> {
  const parsed = parsedUrl(url);
  if (!parsed) throw new FarmError(`the URL is no queue: ${urls} is`);
  parsed.password = "";
  const [shown, scheme] = [parsed.href, parsed.protocol];
  if (scheme === "redis:" || scheme === "rediss:") {
    if (!/^\/?\d*$/.test(parsed.pathname))
      throw new FarmError(`${shown}: ${parsed.pathname} is no database of Redis; /0 to /15 are`);
    return onRedis(url, shown, notice);
  }
  if (scheme === "postgres:" || scheme === "postgresql:") return onPostgres(url, shown, notice);
  throw new FarmError(`${shown} is no queue: ${urls} is`);
}

const urls = "redis://HOST:PORT, rediss://… or postgres://USER@HOST:PORT/DATABASE";

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

type Notice = (line: string) => void;

async function onRedis(url: string, shown: string, notice: Notice): Promise<Connection> {
  await probed.redis(url, shown, patience);
  const bull = await loaded(shown, "bullmq ioredis", () => import("bullmq"));
  const { StandaloneConnector } = await import("ioredis/built/connectors/index.js");
  const sockets = new Sockets();
  class Connector extends StandaloneConnector {
    override async connect(emit: (type: string, error: Error) => void) {
      return sockets.add(await super.connect(emit));
    }
  }
  // Once it was there, it is waited for, however long it stays away.
  const connection = {
    url,
    maxRetriesPerRequest: null,
    connectTimeout: patience,
    Connector,
    retryStrategy: (attempt: number) => Math.min(attempt * 500, 5000),
  };
  return connectionOf(shown, notice, sockets, {
    queue: (name, options) => new bull.Queue<Data, Outcome>(name, { connection, ...options }),
    events: (name) => new bull.QueueEvents<Outcome>(name, { connection }),
    worker: (name, work, options) =>
      new bull.Worker<Data, Outcome>(name, work, { connection, ...options }),
  });
}

async function onPostgres(url: string, shown: string, notice: Notice): Promise<Connection> {
  await probed.postgres(url, shown, patience);
  const bull = await loaded(shown, "bullmq pg", () => import("bullmq"));
  const { Queue, QueueEvents, Worker } = bull.withBackend(bull.createPostgresBackend);
  const sockets = new Sockets();
  const connection = {
    connectionString: url,
    migrate: true,
    connectionTimeoutMillis: patience,
    stream: () => sockets.add(new Socket()),
  };
  return connectionOf(shown, notice, sockets, {
    queue: (name, options) => new Queue<Data, Outcome>(name, { connection, ...options }),
    events: (name) => new QueueEvents<Outcome>(name, { connection }),
    worker: (name, work, options) =>
      new Worker<Data, Outcome>(name, work, { connection, ...options }),
  });
}

interface Makers {
  queue(name: string, options: object): FarmQueue & Part & Emitter;
  events(name: string): FarmEvents;
  worker(
    name: string,
    work: (job: { readonly data: unknown }) => Promise<Outcome>,
    options: Omit<WorkerOptions, "connection">,
  ): FarmWorker & Emitter;
}

/** Every socket to a database, so that they can be cut. */
class Sockets {
  readonly #open = new Set<Socket>();

  add<T extends Socket>(socket: T): T {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  }

  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

interface Emitter {
  on(event: "error", listener: (error: Error) => void): unknown;
}

function connectionOf(shown: string, notice: Notice, sockets: Sockets, make: Makers): Connection {
  const parts: Part[] = [];
  let [isLost, isClosing] = [false, false];
  // Every part of BullMQ tells of one loss, again and again.
  const lost = (error: Error): void => {
    // A worker that was away too long has lost its piece to another, which does it.
    if (isLost || isClosing || /^Missing (lock|key) for job|renew lock/.test(error.message)) return;
    isLost = true;
    notice(`${shown}: ${firstLine(error)}; waiting for it to come back`);
  };
  const watched = <T extends Emitter & Part>(part: T): T => {
    part.on("error", lost);
    parts.push(part);
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
      parts.push(events);
      return events;
    },
    worker: (name, process, more) => watched(make.worker(name, ({ data }) => process(data), more)),
    async isThere(question) {
      try {
        const answered = question.then(() => true);
        if (!(await inTime(answered, silence))) {
          sockets.cut();
          throw new Error(`no answer for ${silence / 1000} s`);
        }
      } catch (error) {
        lost(error as Error);
        return false;
      }
      if (isLost) notice(`${shown} is back`);
      isLost = false;
      return true;
    },
    async close() {
      isClosing = true;
      const closed = Promise.allSettled(parts.map((part) => part.close())).then(() => true);
      if (await inTime(closed, farewell)) return;
      for (const part of parts) part.disconnect().catch(() => {});
      sockets.cut();
    },
  };
}

/** What makes use of a connection for the first time. @throws FarmError when the database goes away just then. */
export async function begun<T>(connection: Connection, work: Promise<T>): Promise<T> {
  const done = await inTime(
    work.then((value) => ({ value })),
    2 * patience,
  );
  if (done) return done.value;
  await connection.close();
  throw new FarmError(`${connection.shown} does not answer`);
}

/** What a promise gives, or `undefined` where it takes longer. */
export async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
