import { useEffect, useState } from "preact/hooks";
import type { TaskName, Tasks } from "./protocol.ts";
import type { Session } from "./session.ts";

export interface TaskState<T extends TaskName> {
  readonly running: boolean;
  readonly progress: string;
  readonly error?: string;
  readonly result?: Tasks[T]["out"];
}

/** What a task last did, and for which key: it outlives the panel, so that another one may be looked at meanwhile. */
interface Kept {
  readonly key: string;
  readonly state: TaskState<TaskName>;
}

const kept = new Map<TaskName, Kept>();
const watchers = new Set<() => void>();
const idle = { running: false, progress: "" };

/** A task that begins when it is asked for; what an older one answers is dropped. @param key a new one forgets the result. */
export function useTask<T extends TaskName>(
  session: Session,
  task: T,
  key: string,
): [TaskState<T>, (given: Tasks[T]["in"]) => void] {
  const [, draw] = useState(0);
  useEffect(() => {
    const watch = (): void => draw((n) => n + 1);
    watchers.add(watch);
    // A task may have begun or ended before this effect runs.
    watch();
    return () => {
      watchers.delete(watch);
    };
  }, []);
  const start = (given: Tasks[T]["in"]): void => {
    let own: Kept | undefined;
    const put = (state: TaskState<T>): void => {
      if (kept.get(task) !== own && own !== undefined) return;
      own = { key, state };
      kept.set(task, own);
      for (const watch of watchers) watch();
    };
    put({ running: true, progress: "" });
    session
      .ask(task, given, (progress) => put({ running: true, progress }))
      .then(
        (result) => put({ running: false, progress: "", result }),
        (error: Error) => put({ running: false, progress: "", error: error.message }),
      );
  };
  const last = kept.get(task);
  return [(last?.key === key ? last.state : idle) as TaskState<T>, start];
}
