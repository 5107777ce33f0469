import type { Failure, Reply, Request, TaskName, Tasks } from "../protocol.ts";
import { lineOf } from "./program.ts";
import { tasks } from "./tasks.ts";

const reply = (message: Reply): void => self.postMessage(message);

function failure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, line: lineOf(error) };
}

/** Tasks are done one after the other. */
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<Request>) => {
  const { id, task, given } = data;
  const progress = (text: string): void => reply({ id, progress: text });
  const perform = tasks[task] as (
    given: Tasks[TaskName]["in"],
    progress: (text: string) => void,
  ) => Promise<unknown>;
  last = last.then(async () => {
    try {
      reply({ id, result: await perform(given, progress) });
    } catch (error) {
      reply({ id, error: failure(error) });
    }
  });
};
