import { type Farm, maxDeaths } from "../farm.ts";
import type { Outcome } from "../kind.ts";
import { type Submission, Submissions } from "../submissions.ts";
import { begun, connect, type FarmQueue, inTime } from "./connect.ts";
import {
  filesName,
  jobOf,
  keptSeconds,
  leaveFile,
  pieceIdOf,
  piecesOf,
  versionsName,
} from "./queues.ts";

type Entry = Submission & { isSettled: boolean };

/** Milliseconds between two looks at what has not been heard of: an event may be missed, a queue lose its memory. */
const lookInterval = 5_000;

/** Minutes without an answer of the queue after which whoever waits for it is asked to try later. */
const maxSilence = 10;

/** Milliseconds in which what waits is taken back. */
const farewell = 5_000;

/**
 * The workers of a queue in Redis, Valkey or PostgreSQL.
 *
 * @param version of the kinds: workers of it alone take the pieces.
 * @param minutes without an answer of the queue after which its pieces fail.
 * @throws FarmError when the queue cannot be used.
 */
export async function queueFarm(
  url: string,
  version: string,
  notice: (line: string) => void,
  minutes = maxSilence,
): Promise<Farm> {
  const connection = await connect(url, notice);
  const [queue, files, versions] = [piecesOf(version), filesName, versionsName].map((name) =>
    connection.queue(name),
  ) as [FarmQueue, FarmQueue, FarmQueue];
  const events = connection.events(piecesOf(version));
  const registered = async (): Promise<void> => {
    await events.waitUntilReady();
    await versions.add("version", { gzip: "" }, { jobId: jobOf(version) });
    await files.clean(keptSeconds * 1000, 1000, "wait");
  };
  await begun(connection, registered());
  const entries = new Submissions(() => ({ isSettled: false }));

  const settle = (entry: Entry, outcome: Outcome): void => {
    if (entry.isSettled) return;
    entry.isSettled = true;
    entry.outcome.resolve(outcome);
  };
  const send = async ({ piece, files: given }: Entry): Promise<void> => {
    for (const [sum, bytes] of given)
      if (piece.files.includes(sum)) await leaveFile(files, sum, bytes);
    await queue.add(piece.kind, piece, {
      jobId: jobOf(piece.id),
      removeOnComplete: { age: keptSeconds },
      removeOnFail: { age: keptSeconds },
    });
  };
  /** Finds out what became of a piece; one that is gone, by another's Ctrl-C for instance, is sent again. */
  const look = async (entry: Entry): Promise<void> => {
    const job = jobOf(entry.piece.id);
    const state = await queue.getJobState(job);
    if (state === "unknown") await send(entry);
    else if (state === "failed") settle(entry, lostByWorkers);
    else if (state === "completed") {
      const outcome = (await queue.getJob(job))?.returnvalue;
      if (outcome) settle(entry, outcome);
    }
  };
  const ended = (job: string): void => {
    const entry = entries.get(pieceIdOf(job));
    if (entry && !entry.isSettled) look(entry).catch(() => {});
  };
  events.on("completed", ({ jobId }) => ended(jobId));
  events.on("failed", ({ jobId }) => ended(jobId));
  events.on("removed", ({ jobId }) => ended(jobId));

  let isClosed = false;
  let isLooking = false;
  let heardAt = performance.now();
  const unsettled = (): Entry[] => [...entries.values()].filter(({ isSettled }) => !isSettled);
  const lookAtAll = async (pending: readonly Entry[]): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    for (const entry of pending) {
      if (entry.isSettled) continue;
      // What is away is found back by the next look.
      if (!(await connection.isThere(look(entry)))) break;
      heardAt = performance.now();
    }
    isLooking = false;
  };
  const watch = setInterval(() => {
    const pending = unsettled();
    if (pending.length === 0) heardAt = performance.now();
    const silentFor = performance.now() - heardAt;
    if (silentFor < minutes * 60_000) return void lookAtAll(pending);
    for (const entry of pending) settle(entry, silent(connection.shown, minutes));
  }, lookInterval);

  const cancel = async (): Promise<void> => {
    const pending = unsettled();
    for (const entry of pending) settle(entry, { state: "cancelled" });
    // What a worker has begun it ends, and the queue keeps its result.
    const removed = pending.map(({ piece }) => queue.remove(jobOf(piece.id)));
    await inTime(Promise.allSettled(removed), farewell);
  };
  const add = async (entry: Entry): Promise<void> => {
    const id = jobOf(entry.piece.id);
    const job = await queue.getJob(id);
    const isOver = job && (job.failedReason !== undefined || job.returnvalue !== null);
    // What failed before is tried again; what is done is there.
    if (isOver && job.returnvalue?.state !== "done") await queue.remove(id);
    if (job?.returnvalue?.state === "done") settle(entry, job.returnvalue);
    // Unless it was taken back meanwhile.
    else if (!entry.isSettled) await send(entry);
  };
  /** @throws Error where the queue is there and refuses the piece; where it is away, a later look sends it. */
  const put = async (entry: Entry): Promise<void> => {
    try {
      await add(entry);
    } catch {
      if (await connection.isThere(queue.getJobState(jobOf(entry.piece.id)))) await add(entry);
    }
  };

  return {
    async submit(piece, given) {
      const entry = entries.add(piece, given);
      if (!entry) return;
      // The queue may stay away: what is settled meanwhile is not waited for.
      await Promise.race([put(entry), entry.outcome.promise]);
    },
    result: (id) => entries.result(id),
    cancel,
    async capacity() {
      const workers = await queue.getWorkers();
      return workers.reduce(
        (sum, { rawname = "" }) => sum + Number(/:w:(\d+)$/.exec(rawname)?.[1] ?? 0),
        0,
      );
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(watch);
      await cancel();
      await connection.close();
    },
  };
}

const silent = (shown: string, minutes: number): Outcome => ({
  state: "failed",
  isDefect: false,
  message: `${shown} has not answered for ${minutes} minutes; what came of it is kept, and the same command goes on from there`,
});

const lostByWorkers: Outcome = {
  state: "poisoned",
  deaths: maxDeaths,
  reason: "they ended, or lost the queue, in the middle of it",
};
