import { type Farm, maxDeaths } from "../farm.ts";
import { type Files, isPiece, type Outcome } from "../kind.ts";
import { begun, connect, inTime } from "./connect.ts";
import { filesName, leftFile, pieceIdOf, piecesOf, versionsName } from "./queues.ts";

/** A worker of a queue. */
export interface QueueWorker {
  /** How many pieces it is doing. */
  busy(): number;
  /** Takes no more, ends what it has begun, and leaves. */
  close(): Promise<void>;
}

/** Milliseconds after which a worker that is not heard of counts as dead. */
const deadAfter = 15_000;

/** Milliseconds between two looks for such. */
const stalled = 5_000;

/** Milliseconds between two looks for submitters of other versions. */
const versionsInterval = 5_000;

/** Who the worker is, and to whom it says what happens. */
interface WorkerOptions {
  readonly version: string;
  /** Called with one line of work of other versions, which this worker does not do, and of lost connections. */
  readonly notice: (line: string) => void;
  /** Milliseconds after which it counts as dead: more where its work keeps this thread busy. */
  readonly lock?: number | undefined;
}

/**
 * Takes pieces of one version from a queue and does them on a farm of this machine.
 *
 * @throws FarmError when the queue cannot be used.
 */
export async function queueWorker(
  url: string,
  farm: Farm,
  { version, notice, lock = deadAfter }: WorkerOptions,
): Promise<QueueWorker> {
  const connection = await connect(url, notice);
  const files = connection.queue(filesName);
  const versions = connection.queue(versionsName);
  const jobs = await farm.capacity();
  const read = new Map<string, Uint8Array>();
  let busy = 0;

  const filesOf = async (sums: readonly string[]): Promise<Files | undefined> => {
    const found = new Map<string, Uint8Array>();
    for (const sum of sums) {
      const bytes = read.get(sum) ?? (await leftFile(files, sum));
      if (!bytes) return undefined;
      read.set(sum, bytes);
      found.set(sum, bytes);
    }
    return found;
  };
  const done = async (piece: unknown): Promise<Outcome> => {
    if (!isPiece(piece)) return refused("this is no piece of work");
    busy += 1;
    try {
      const given = await filesOf(piece.files);
      if (!given) return refused("a file that the piece reads is not in the queue any more");
      await farm.submit(piece, given);
      const outcome = await farm.result(piece.id);
      // The worker is leaving: the queue gives the piece to another.
      if (outcome.state === "cancelled") throw new Error("the worker left");
      return outcome;
    } finally {
      busy -= 1;
    }
  };
  const worker = connection.worker(piecesOf(version), done, {
    name: String(jobs),
    concurrency: jobs,
    maxStalledCount: maxDeaths - 1,
    lockDuration: lock,
    stalledInterval: stalled,
  });
  await begun(connection, worker.waitUntilReady());

  const reported = new Set<string>();
  const lookForOthers = async (): Promise<void> => {
    for (const job of await versions.getJobs(["wait"])) {
      const other = pieceIdOf(job.id ?? "");
      if (other === version || reported.has(other) || !/^[0-9a-f]{12}$/.test(other)) continue;
      const queue = connection.queue(piecesOf(other));
      const waiting = await queue.getWaitingCount();
      await queue.close();
      if (waiting === 0) continue;
      reported.add(other);
      notice(
        `${waiting} pieces of work are of another version of rf8 (${other}); this worker is ${version} and refuses them: install the submitter's version here`,
      );
    }
  };
  let isLooking = false;
  const watch = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void connection.isThere(lookForOthers()).then(() => {
      isLooking = false;
    });
  }, versionsInterval);
  await lookForOthers();

  return {
    busy: () => busy,
    async close() {
      clearInterval(watch);
      // Ends what it has begun, however long that takes; a queue that is away is not waited for.
      const closed = worker.close();
      while (busy > 0 && (await inTime(closed, 100)) === undefined);
      await connection.close();
    },
  };
}

const refused = (message: string): Outcome => ({ state: "failed", message, isDefect: false });
