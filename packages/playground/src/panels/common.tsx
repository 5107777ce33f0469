import type { ComponentChildren } from "preact";
import type { TaskName } from "../protocol.ts";
import type { Session } from "../session.ts";
import type { TaskState } from "../use-task.ts";

/** What every panel is about. */
export interface PanelProps {
  readonly session: Session;
  readonly module: string;
  /** Changes with every run of the program. */
  readonly run: number;
  /** The line in which the cursor is. */
  readonly line: number;
  onLine(line: number): void;
  onOpen(module: string): void;
}

/** The button of a task that takes long, its progress, its end, and how to stop it. */
export function Job<T extends TaskName>(props: {
  readonly label: string;
  readonly state: TaskState<T>;
  readonly session: Session;
  readonly children?: ComponentChildren;
  onStart(): void;
}) {
  const { label, state, session, onStart, children } = props;
  return (
    <div class="job">
      <button type="button" class="primary" disabled={state.running} onClick={onStart}>
        {label}
      </button>
      {children}
      {state.running && (
        <button type="button" onClick={() => session.cancel()}>
          Cancel
        </button>
      )}
      <span role="status" class="progress">
        {state.running ? state.progress || "working …" : ""}
      </span>
      {state.error !== undefined && (
        <p class="failure" role="alert">
          {state.error}
        </p>
      )}
    </div>
  );
}

/** A table that scrolls by itself where the page is narrow. */
export function Table(props: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** Columns of numbers, which end at the right. */
  readonly numbers?: readonly number[];
}) {
  const { caption, head, rows, numbers = [] } = props;
  const align = (column: number) => (numbers.includes(column) ? "number" : undefined);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((text, column) => (
              <th key={text} scope="col" class={align(column)}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} class={align(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/**
 * A field for a whole number, between its label and its unit. It takes each digit as it is typed: a change is only reported when the
 * field is left, which may be by the click that needs it.
 */
export function WholeNumber(props: {
  readonly label: string;
  readonly unit?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  onNumber(value: number): void;
}) {
  const { label, unit, value, min, max, onNumber } = props;
  return (
    <label>
      {label}{" "}
      <input
        type="number"
        min={min}
        max={max}
        value={value}
        onInput={(event) => {
          const given = event.currentTarget.valueAsNumber;
          if (Number.isInteger(given) && given >= min && given <= max) onNumber(given);
        }}
      />
      {unit && ` ${unit}`}
    </label>
  );
}
