import { useEffect, useRef, useState } from "preact/hooks";
import type { Editor } from "./editor.ts";

/** A plain field until the editor, some megabytes, is there. */
export function Program(props: {
  readonly code: string;
  readonly dark: boolean;
  onCode(code: string): void;
  onLine(line: number): void;
  onReady(editor: Editor): void;
}) {
  const { code, dark, onCode, onLine, onReady } = props;
  const place = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const now = useRef(code);
  now.current = code;
  useEffect(() => {
    const load = async (): Promise<void> => {
      const { Editor: Made } = await import("./editor.ts");
      if (!place.current) return;
      setReady(true);
      onReady(new Made(place.current, now.current, dark, { onChange: onCode, onLine }));
    };
    const timer = setTimeout(() => void load(), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="editor" ref={place}>
      {!ready && (
        <textarea
          aria-label="The program, in TypeScript"
          spellcheck={false}
          value={code}
          onInput={(event) => onCode(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
