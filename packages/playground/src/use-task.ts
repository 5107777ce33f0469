import { useEffect, useRef, useState } from "preact/hooks";
import type { TaskName, Tasks } from "./protocol.ts";
import type { Session } from "./session.ts";

export interface TaskState<T extends TaskName> {
  readonly running: boolean;
  readonly progress: string;
  readonly error?: string;
  readonly result?: Tasks[T]["out"];
}

/** A task that begins when it is asked for; what an older one answers is dropped. @param key a new one forgets the result. */
export function useTask<T extends TaskName>(
  session: Session,
  task: T,
  key: string,
): [TaskState<T>, (given: Tasks[T]["in"]) => void] {
  const idle: TaskState<T> = { running: false, progress: "" };
  const [state, set] = useState<TaskState<T>>(idle);
  const turn = useRef(0);
  const known = useRef(key);
  useEffect(() => {
    // The first key forgets nothing: a task may have begun before this effect runs.
    if (known.current === key) return;
    known.current = key;
    turn.current += 1;
    set(idle);
  }, [key]);
  const start = (given: Tasks[T]["in"]): void => {
    turn.current += 1;
    const own = turn.current;
    const put = (next: TaskState<T>): void => {
      if (turn.current === own) set(next);
    };
    put({ running: true, progress: "" });
    session
      .ask(task, given, (progress) => put({ running: true, progress }))
      .then(
        (result) => put({ running: false, progress: "", result }),
        (error: Error) => put({ running: false, progress: "", error: error.message }),
      );
  };
  return [state, start];
}
