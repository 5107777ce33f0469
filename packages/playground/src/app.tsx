import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, viewOf } from "./address.ts";
import type { PathEnds } from "./critical-path.ts";
import type { Editor } from "./editor.ts";
import { examples, firstExample } from "./examples.ts";
import type { PanelProps } from "./panels/common.tsx";
import { Explorer } from "./panels/explorer.tsx";
import { Mutation } from "./panels/mutation.tsx";
import { Proof } from "./panels/proof.tsx";
import { Schematic } from "./panels/schematic.tsx";
import { Synthesis } from "./panels/synthesis.tsx";
import { Tests } from "./panels/tests.tsx";
import { Verilog } from "./panels/verilog.tsx";
import { Waves } from "./panels/waves.tsx";
import { Program } from "./program.tsx";
import { isShown, type RunResult, type WaveData } from "./protocol.ts";
import { Session } from "./session.ts";

const session = new Session();
const panels = {
  verilog: "Verilog",
  waves: "Waves",
  schematic: "Schematic",
  proof: "Proof",
  synthesis: "Synthesis",
  mutation: "Mutation",
  tests: "Tests",
  explorer: "RF8 explorer",
} as const;
type Panel = keyof typeof panels;
const panelNames = Object.keys(panels) as Panel[];
const isPanel = (name: string): name is Panel => name in panels;

/** Between the last key and the run of what was typed. */
const pauseMilliseconds = 120;

/** Where a tab of the browser keeps its program. */
const stored = "program";

const prefersDark = window.matchMedia("(prefers-color-scheme: dark)").matches;

export function App() {
  const [code, setCode] = useState<string | undefined>();
  const [panel, setPanel] = useState<Panel>("verilog");
  const [result, setResult] = useState<RunResult | undefined>();
  const [running, setRunning] = useState(false);
  const [count, setCount] = useState(0);
  const [shown, setShown] = useState(0);
  const [module, setModule] = useState("");
  const [line, setLine] = useState(0);
  const [selected, setSelected] = useState<string | undefined>();
  const [path, setPath] = useState<PathEnds | undefined>();
  const [dark, setDark] = useState(prefersDark);
  const [copied, setCopied] = useState("");
  const [ready, setReady] = useState(false);
  const [again, setAgain] = useState(0);
  const [modules, setModules] = useState<readonly string[]>([]);
  const [waves, setWaves] = useState<readonly WaveData[]>([]);
  const turn = useRef(0);
  const linked = useRef<string | undefined>(undefined);
  const editor = useRef<Editor | undefined>(undefined);

  useEffect(() => {
    const restore = (): void =>
      void viewOf(location.hash).then((view) => {
        const text = view?.code ?? sessionStorage.getItem(stored) ?? examples[firstExample] ?? "";
        linked.current = view?.code;
        setCode((now) => (view || now === undefined ? text : now));
        if (view && editor.current) editor.current.code = view.code;
        if (view && isPanel(view.panel)) setPanel(view.panel);
      });
    restore();
    window.addEventListener("hashchange", restore);
    return () => window.removeEventListener("hashchange", restore);
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    if (editor.current) editor.current.dark = dark;
  }, [dark]);
  useEffect(() => {
    if (code === undefined) return;
    // A reload gives back what was typed: the link is of another program from then on.
    if (linked.current !== undefined && code !== linked.current) {
      linked.current = undefined;
      history.replaceState(null, "", location.pathname);
    }
    sessionStorage.setItem(stored, code);
    const timer = setTimeout(() => {
      if (session.busy) session.cancel();
      setRunning(true);
      turn.current += 1;
      const own = turn.current;
      const end = (done: RunResult): void => {
        // A newer run may have taken the place of this one.
        if (turn.current !== own) return;
        setRunning(false);
        setResult(done);
        setCount((n) => n + 1);
        if (!isShown(done)) return;
        setShown((n) => n + 1);
        setWaves(done.waves);
        setModules(done.modules);
        setModule((now) => (done.modules.includes(now) ? now : (done.modules[0] ?? "")));
      };
      session.run(code).then(end, ({ message }: Error) => {
        const failure = { message, line: 0 };
        end({ printed: [], failure, modules: [], waves: [], milliseconds: 0 });
      });
    }, pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [code, again]);
  useEffect(() => {
    const { message = "", line: at = 0 } = result?.failure ?? {};
    editor.current?.fail(message, at);
  }, [result, ready]);

  useEffect(() => setPath(undefined), [shown]);
  useEffect(() => {
    session.onLate = (late) => setResult((now) => now && { ...now, failure: now.failure ?? late });
  }, []);

  const choose = (name: string): void => {
    const text = examples[name];
    if (text === undefined) return;
    history.replaceState(null, "", location.pathname);
    if (editor.current) editor.current.code = text;
    setCode(text);
    setAgain((n) => n + 1);
  };
  const share = async (): Promise<void> => {
    history.replaceState(null, "", await addressOf({ code: code ?? "", panel }));
    linked.current = code;
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied("copied");
    } catch {
      setCopied("the link is in the address bar");
    }
  };
  const onLine = (to: number): void => {
    setLine(to);
    editor.current?.show(to);
  };
  const props: PanelProps = { session, module, run: shown, line, onLine, onOpen: setModule };
  const [chosen = ""] = Object.entries(examples).find(([, text]) => text === code) ?? [];
  const isBehind = result !== undefined && !isShown(result);

  return (
    <div class="page">
      <header>
        <h1>rf8 playground</h1>
        <label>
          example{" "}
          <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="" disabled>
              choose …
            </option>
            {Object.keys(examples).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => void share()}>
          Link
        </button>
        <span role="status" class="note said">
          {copied}
        </span>
        <button type="button" aria-pressed={dark} onClick={() => setDark(!dark)}>
          Dark
        </button>
      </header>
      <main>
        <section class="program" aria-label="Program">
          {code !== undefined && (
            <Program
              code={code}
              dark={dark}
              onCode={setCode}
              onLine={setLine}
              onReady={(made) => {
                editor.current = made;
                setReady(true);
              }}
            />
          )}
          <div class="output" tabIndex={0} role="log" aria-label="What the program printed">
            {result?.failure && (
              <p class="failure" role="alert">
                {result.failure.line > 0 && (
                  <button type="button" onClick={() => onLine(result.failure?.line ?? 0)}>
                    line {result.failure.line}
                  </button>
                )}{" "}
                {result.failure.message}
              </p>
            )}
            {result && result.printed.length > 0 && <pre>{result.printed.join("\n")}</pre>}
            <span class="note" data-ran={count}>
              {running
                ? "running …"
                : result && result.milliseconds > 0
                  ? `ran in ${result.milliseconds.toFixed(0)} ms`
                  : ""}
            </span>{" "}
            {running && (
              <button type="button" onClick={() => session.cancel()}>
                Stop
              </button>
            )}
          </div>
        </section>
        <section class="views" aria-label="Views">
          <Tabs panel={panel} onPanel={setPanel} />
          <div role="tabpanel" id="panel" aria-labelledby={`tab-${panel}`} tabIndex={-1}>
            {isBehind && module !== "" && panel !== "explorer" && (
              <p class="behind">The program does not run. This is the last one that did.</p>
            )}
            {modules.length > 1 && panel !== "explorer" && panel !== "tests" && (
              <label class="module">
                module{" "}
                <select value={module} onChange={(event) => setModule(event.currentTarget.value)}>
                  {modules.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
            )}
            {module === "" && panel !== "explorer" && panel !== "tests" && (
              <p>
                {isBehind
                  ? "The program failed before it had a module."
                  : "The program has no module yet: export one, or simulate it."}
              </p>
            )}
            {module !== "" && panel === "verilog" && <Verilog {...props} />}
            {module !== "" && panel === "waves" && (
              <Waves {...props} waves={waves} selected={selected} />
            )}
            {module !== "" && panel === "schematic" && (
              <Schematic {...props} selected={selected} path={path} onSelect={setSelected} />
            )}
            {module !== "" && panel === "proof" && <Proof {...props} />}
            {module !== "" && panel === "synthesis" && (
              <Synthesis
                {...props}
                onPath={(found) => {
                  setPath(found);
                  setPanel("schematic");
                }}
              />
            )}
            {module !== "" && panel === "mutation" && <Mutation {...props} />}
            {panel === "tests" && <Tests {...props} />}
            {panel === "explorer" && <Explorer session={session} />}
          </div>
        </section>
      </main>
    </div>
  );
}

function Tabs({ panel, onPanel }: { readonly panel: Panel; onPanel(panel: Panel): void }) {
  const go = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = panelNames.at((panelNames.indexOf(panel) + step) % panelNames.length);
    if (!next) return;
    onPanel(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Views">
      {panelNames.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === panel}
          aria-controls="panel"
          tabIndex={name === panel ? 0 : -1}
          onClick={() => onPanel(name)}
          onKeyDown={go}
        >
          {panels[name]}
        </button>
      ))}
    </div>
  );
}
