import type { Reply, Request, TaskName, Tasks } from "../protocol.ts";
import { failureOf } from "./program.ts";
import { tasks } from "./tasks.ts";

const reply = (message: Reply): void => self.postMessage(message);

/** What a program throws once it has ended: from a timer, or in a promise that it did not wait for. */
self.onunhandledrejection = (event) => {
  event.preventDefault();
  reply({ late: failureOf(event.reason) });
};
self.addEventListener("error", (event) => {
  event.preventDefault();
  reply({ late: failureOf(event.error) });
});

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
      reply({ id, error: failureOf(error) });
    }
  });
};
