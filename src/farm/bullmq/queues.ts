import { gunzipSync, gzipSync } from "node:zlib";
import { digest } from "../kind.ts";
import type { Data, FarmQueue } from "./connect.ts";

/** Where the pieces of one version are: a worker of another version never sees them. */
export const piecesOf = (version: string): string => `rf8-${version}`;

/** Where submitters leave the files that pieces read; nobody takes them away but time. */
export const filesName = "rf8-files";

/** Where submitters leave which version they are, so that workers of others can say so. */
export const versionsName = "rf8-versions";

/** The name of a job is no number and has no colon. */
export const jobOf = (id: string): string => `p${id}`;
export const pieceIdOf = (job: string): string => job.slice(1);

/** Seconds for which the queue keeps results and files. */
export const keptSeconds = 7 * 24 * 3600;

/** Bytes of a file at most. */
const maxBytes = 1 << 30;

export async function leaveFile(queue: FarmQueue, sum: string, bytes: Uint8Array): Promise<void> {
  const gzip = gzipSync(bytes).toString("base64");
  await queue.add("file", { gzip }, { jobId: jobOf(sum) });
}

/** A file that a submitter left; `undefined` where it is gone or is not what its digest says. */
export async function leftFile(queue: FarmQueue, sum: string): Promise<Uint8Array | undefined> {
  const data: Data | undefined = (await queue.getJob(jobOf(sum)))?.data;
  if (!data || !("gzip" in data) || typeof data.gzip !== "string") return undefined;
  try {
    const bytes = gunzipSync(Buffer.from(data.gzip, "base64"), { maxOutputLength: maxBytes });
    return digest(bytes) === sum ? bytes : undefined;
  } catch {
    return undefined;
  }
}
