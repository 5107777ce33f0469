import { at } from "@chisel-ts/core";
import { FarmError } from "../farm.ts";

/** Whether a database is there, lets the user in and is new enough. @throws FarmError in one line. */
export const probed = {
  async redis(url: string, shown: string, patience: number): Promise<void> {
    const { Redis } = await loaded(shown, "bullmq ioredis", () => import("ioredis"));
    const probe = new Redis(url, {
      lazyConnect: true,
      retryStrategy: () => null,
      connectTimeout: patience,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false,
      socketTimeout: patience,
    });
    let cause: Error | undefined;
    probe.on("error", (error: Error) => {
      cause ??= error;
    });
    try {
      await probe.connect();
      // ioredis stays in database 0 where another cannot be had.
      await probe.select(probe.options.db ?? 0);
      const version = /^redis_version:([\d.]+)/m.exec(await probe.info("server"))?.[1];
      atLeast(shown, "Redis", version, [6, 2]);
    } catch (error) {
      throw noQueue(shown, cause ?? (error as Error));
    } finally {
      probe.disconnect();
    }
  },
  async postgres(url: string, shown: string, patience: number): Promise<void> {
    const pg = await loaded(shown, "bullmq pg", () => import("pg"));
    const probe = new pg.default.Client({
      connectionString: url,
      connectionTimeoutMillis: patience,
      query_timeout: patience,
    });
    probe.on("error", () => {});
    try {
      await probe.connect();
      const { rows } = await probe.query("SHOW server_version");
      const version = /^[\d.]+/.exec(String(rows[0]?.server_version))?.[0];
      atLeast(shown, "PostgreSQL", version, [13, 0]);
    } catch (error) {
      throw noQueue(shown, error as Error);
    } finally {
      probe.end().catch(() => {});
    }
  },
};

function atLeast(
  shown: string,
  what: string,
  version: string | undefined,
  [major, minor]: readonly [number, number],
): void {
  const [first = 0, second = 0] = (version ?? "").split(".").map(Number);
  if (first > major || (first === major && second >= minor)) return;
  const required = `${major}.${minor} or newer is needed`;
  throw new FarmError(`${shown} is ${what} ${version ?? "of no known version"}; ${required}`);
}

const refusal = /^(NOAUTH|WRONGPASS|NOPERM|DENIED)\b|authentication|password|permission/i;

function noQueue(shown: string, error: Error): FarmError {
  if (error instanceof FarmError) return error;
  const line = firstLine(error);
  if (refusal.test(line)) return new FarmError(`${shown} refuses you: ${line}`);
  return new FarmError(`${shown} does not answer: ${line}`);
}

/** A package that is not among rf8's own. @throws FarmError that says how to install it. */
export async function loaded<T>(shown: string, names: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new FarmError(`${shown} needs packages that are not installed: npm install ${names}`);
  }
}

export function firstLine(error: Error): string {
  const { code }: NodeJS.ErrnoException = error;
  return at((error.message || code || error.name).split("\n"), 0);
}
