import { files, paths } from "virtual:declarations";
import * as monaco from "monaco-editor";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import TypeScriptWorker from "monaco-editor/language/typescript/ts.worker.js?worker";
import {
  type CompilerOptions,
  typescriptDefaults,
} from "monaco-editor/languages/features/typescript/register.js";

self.MonacoEnvironment = {
  getWorker: (_, label) => (label === "typescript" ? new TypeScriptWorker() : new EditorWorker()),
};

/** TypeScript's own numbers, of which the editor's types name a few. */
const bundler = 100 as CompilerOptions["moduleResolution"];

typescriptDefaults.setCompilerOptions({
  target: 99,
  module: 99,
  moduleResolution: bundler,
  lib: ["es2023"],
  types: [],
  paths,
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  allowNonTsExtensions: true,
} as CompilerOptions);
typescriptDefaults.setExtraLibs([
  ...Object.entries(files).map(([filePath, content]) => ({ filePath, content })),
  {
    filePath: "file:///lib/console.d.ts",
    content: "declare const console: { log(...values: unknown[]): void };",
  },
]);
typescriptDefaults.setEagerModelSync(true);

/** The text editor: what a program is, and where it is wrong. */
export class Editor {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #model: monaco.editor.ITextModel;
  readonly #marks: monaco.editor.IEditorDecorationsCollection;

  constructor(
    place: HTMLElement,
    code: string,
    dark: boolean,
    events: { onChange(code: string): void; onLine(line: number): void },
  ) {
    this.#model = monaco.editor.createModel(code, "typescript", monaco.Uri.file("/design.ts"));
    this.#editor = monaco.editor.create(place, {
      model: this.#model,
      theme: dark ? "vs-dark" : "vs",
      automaticLayout: true,
      minimap: { enabled: false },
      fontSize: 13,
      scrollBeyondLastLine: false,
      tabSize: 2,
      ariaLabel: "The program, in TypeScript. Press Control and M to leave with Tab.",
      fixedOverflowWidgets: true,
    });
    this.#marks = this.#editor.createDecorationsCollection();
    this.#model.onDidChangeContent(() => events.onChange(this.#model.getValue()));
    this.#editor.onDidChangeCursorPosition(({ position }) => events.onLine(position.lineNumber));
  }

  /** Another program, as an edit: undo gives the old one back. */
  set code(text: string) {
    if (text === this.#model.getValue()) return;
    this.#editor.pushUndoStop();
    this.#editor.executeEdits("program", [{ range: this.#model.getFullModelRange(), text }]);
    this.#editor.pushUndoStop();
    this.#editor.setPosition({ lineNumber: 1, column: 1 });
    this.#editor.setScrollTop(0);
  }

  set dark(dark: boolean) {
    monaco.editor.setTheme(dark ? "vs-dark" : "vs");
  }

  /** Marks a line, 0 none, as that of what is looked at elsewhere. */
  show(line: number): void {
    const options = { isWholeLine: true, className: "shown-line" };
    this.#marks.set(line > 0 ? [{ range: new monaco.Range(line, 1, line, 1), options }] : []);
    if (line > 0) this.#editor.revealLineInCenterIfOutsideViewport(line);
  }

  /** Marks the line of an error that only running shows. */
  fail(message: string, line: number): void {
    const at = Math.min(Math.max(line, 1), this.#model.getLineCount());
    const markers =
      message === ""
        ? []
        : [
            {
              message,
              severity: monaco.MarkerSeverity.Error,
              startLineNumber: at,
              endLineNumber: at,
              startColumn: this.#model.getLineFirstNonWhitespaceColumn(at) || 1,
              endColumn: this.#model.getLineMaxColumn(at),
            },
          ];
    monaco.editor.setModelMarkers(this.#model, "run", markers);
  }
}
