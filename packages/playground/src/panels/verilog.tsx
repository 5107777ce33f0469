import { useEffect, useRef } from "preact/hooks";
import { useTask } from "../use-task.ts";
import type { PanelProps } from "./common.tsx";

/** The line of the program that a line of Verilog names. */
const lineIn = (text: string): number => Number(/design\.ts:(\d+)/.exec(text)?.[1] ?? 0);

/** The emitted Verilog; a line and the line that made it lead to each other. */
export function Verilog({ session, module, run, line, onLine }: PanelProps) {
  const [{ result, error }, start] = useTask(session, "verilog", `${module} ${run}`);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (module !== "") start({ module });
  }, [module, run]);
  useEffect(() => first.current?.scrollIntoView({ block: "nearest" }), [line, result]);
  if (error !== undefined) return <p class="failure">{error}</p>;
  let found = false;
  return (
    <div class="verilog">
      {(result ?? []).map(({ name, text }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <pre tabIndex={0}>
            {text.split("\n").map((row, index) => {
              const from = lineIn(row);
              const marked = from > 0 && from === line;
              const isFirst = marked && !found;
              if (isFirst) found = true;
              const key = `${index}`;
              if (from === 0) return <span key={key}>{`${row}\n`}</span>;
              return (
                <button
                  key={key}
                  type="button"
                  class={marked ? "linked marked" : "linked"}
                  ref={isFirst ? first : null}
                  title={`line ${from} of the program`}
                  onClick={() => onLine(from)}
                >
                  {`${row}\n`}
                </button>
              );
            })}
          </pre>
        </section>
      ))}
    </div>
  );
}
