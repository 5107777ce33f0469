import { useState } from "preact/hooks";
import { codeText, decode, encode, integerValue } from "rf8/format";
import type { Session } from "../session.ts";
import { useTask } from "../use-task.ts";
import { Job, Table, WholeNumber } from "./common.tsx";

/** Files that fit a page's memory. */
const maxBytes = 1 << 30;

/** A number as RF8 sees it. */
export function Explorer({ session }: { readonly session: Session }) {
  const [text, setText] = useState("0.37");
  const [bias, setBias] = useState(15);
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const wrong = !Number.isFinite(value);
  return (
    <div class="explorer">
      <div class="wave-tools">
        <label>
          number{" "}
          <input
            value={text}
            size={12}
            inputMode="decimal"
            aria-invalid={wrong}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label>
          drag{" "}
          <input
            type="range"
            min={-2}
            max={2}
            step={0.001}
            value={wrong ? 0 : value}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <WholeNumber label="bias" min={-128} max={127} value={bias} onNumber={setBias} />
      </div>
      {wrong ? (
        <p class="failure" role="alert">
          {JSON.stringify(text)} is no finite number
        </p>
      ) : (
        <Encoded value={value} bias={bias} />
      )}
      <Files session={session} />
    </div>
  );
}

/** A text whose exponents, after ^, stand above the line. */
function Powers({ text }: { readonly text: string }) {
  return text.split(/\^(-?\d+)/).map((part, at) => {
    const shown = part.replace("-", "−");
    return at % 2 === 1 ? <sup key={at}>{shown}</sup> : shown;
  });
}

interface Term {
  readonly negative: boolean;
  readonly power: number;
}

/** The one or two powers of two whose sum or difference a magnitude is; none for 0. */
function termsOf(magnitude: number): readonly Term[] {
  if (magnitude === 0) return [];
  const low = Math.floor(Math.log2(magnitude));
  for (const power of [low, low + 1]) {
    const rest = magnitude - 2 ** power;
    if (rest === 0) return [{ negative: false, power }];
    const second = Math.log2(Math.abs(rest));
    if (Number.isInteger(second))
      return [
        { negative: false, power },
        { negative: rest < 0, power: second },
      ];
  }
  return [];
}

function Encoded({ value, bias }: { readonly value: number; readonly bias: number }) {
  const code = encode(value, bias, "nearest");
  const back = decode(code, bias);
  const integer = integerValue(code);
  const terms = termsOf(Math.abs(integer));
  const unit = integer === 0 ? 0 : Math.log2(Math.abs(back / integer));
  const sum = terms
    .map(({ negative, power }, at) => `${negative ? " − " : at > 0 ? " + " : ""}2^${power + unit}`)
    .join("");
  const [activation, setActivation] = useState(100);
  const neighbours = around(code);
  const error = back - value;
  return (
    <>
      <dl class="figures">
        <div>
          <dt>code</dt>
          <dd>
            <code>0x{code.toString(16).padStart(2, "0")}</code>
          </dd>
        </div>
        <div>
          <dt>value</dt>
          <dd>{back}</dd>
        </div>
        <div>
          <dt>powers of two</dt>
          <dd>
            <Powers text={terms.length === 0 ? "0" : integer < 0 ? `−(${sum})` : sum} />
          </dd>
        </div>
        <div>
          <dt>error</dt>
          <dd>
            {error.toPrecision(3)}
            {value !== 0 && ` (${((100 * Math.abs(error)) / Math.abs(value)).toFixed(2)} %)`}
          </dd>
        </div>
      </dl>
      <div class="wave-tools">
        <WholeNumber
          label="activation, int8"
          min={-128}
          max={127}
          value={activation}
          onNumber={setActivation}
        />
        <span>
          The datapath: {integer < 0 ? "−" : ""}(
          {terms.length === 0
            ? "0"
            : terms
                .map(
                  ({ negative, power }, at) =>
                    `${negative ? " − " : at > 0 ? " + " : ""}${activation} ≪ ${power}`,
                )
                .join("")}
          ) = {(integer * activation).toLocaleString("en")}
        </span>
      </div>
      <Table
        caption="The code and its neighbours"
        head={["Code", "Sign, exponent, residual", "Meaning", "Datapath's integer", "Value"]}
        numbers={[3, 4]}
        rows={neighbours.map((near) => [
          <code key="c">{`0x${near.toString(16).padStart(2, "0")}`}</code>,
          <code key="b">
            {`${near >> 7} ${((near >> 3) & 15).toString(2).padStart(4, "0")} ${(near & 7).toString(2).padStart(3, "0")}`}
          </code>,
          <Powers key="m" text={codeText(near)} />,
          integerValue(near).toLocaleString("en"),
          near === code ? <strong key="v">{decode(near, bias)}</strong> : decode(near, bias),
        ])}
      />
    </>
  );
}

/** The codes whose values are next to one another, the given one in the middle. */
function around(code: number): number[] {
  const values = Array.from({ length: 256 }, (_, other) => other)
    .filter((other) => other !== 0x80)
    .map((other) => ({ other, value: integerValue(other) }))
    .sort((a, b) => a.value - b.value || a.other - b.other)
    .filter(({ value }, at, all) => at === 0 || all[at - 1]?.value !== value);
  const here = values.findIndex(({ value }) => value === integerValue(code));
  return values
    .slice(Math.max(0, here - 2), here + 3)
    .map(({ other, value }) => (value === integerValue(code) ? code : other));
}

/** A checkpoint that never leaves the page. */
function Files({ session }: { readonly session: Session }) {
  const [file, setFile] = useState<File | undefined>();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState("");
  // A new file begins the task again; a key would forget it after it has begun.
  const [state, start] = useTask(session, "inspect", "");
  const take = async (files: FileList | readonly File[] | null | undefined): Promise<void> => {
    setOver(false);
    const [given, ...others] = files ?? [];
    if (!given) return;
    const tooLarge = given.size > maxBytes;
    setRefused(
      others.length > 0
        ? `${others.length + 1} files; this reads one at a time`
        : tooLarge
          ? `${given.name} has more than 1 GiB; rf8 inspect reads it`
          : "",
    );
    if (others.length > 0 || tooLarge) return;
    try {
      const bytes = await given.arrayBuffer();
      setFile(given);
      start({ name: given.name, bytes });
    } catch (error) {
      setRefused(`${given.name} cannot be read, as a folder cannot: ${(error as Error).message}`);
    }
  };
  const tensors = refused === "" ? state.result?.tensors : undefined;
  const db = (value: number | null): string => (value === null ? "" : value.toFixed(2));
  return (
    <section
      class={over ? "drop over" : "drop"}
      aria-label="A checkpoint"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files);
      }}
    >
      <label>
        Drop a .safetensors, .gguf or llama2.c .bin file, or choose one. It stays in this page.{" "}
        <input
          type="file"
          accept=".safetensors,.gguf,.bin"
          onChange={(event) => void take(event.currentTarget.files)}
        />
      </label>
      {refused !== "" && (
        <p class="failure" role="alert">
          {refused}
        </p>
      )}
      {file && refused === "" && (
        <Job label="Read again" state={state} session={session} onStart={() => void take([file])} />
      )}
      {tensors?.length === 0 && <p>{state.result?.file} holds no tensors.</p>}
      {tensors && tensors.length > 0 && (
        <Table
          caption={`${state.result?.file}: RF8 by the nearest value`}
          head={[
            "Tensor",
            "Type",
            "Shape",
            "Bias",
            "SQNR, dB",
            "Entropy, bits",
            "GG ν",
            "Distribution",
          ]}
          numbers={[3, 4, 5, 6]}
          rows={tensors.map((row) => [
            <>
              {row.name}
              {row.nonFinite > 0 && (
                <strong class="bad"> {row.nonFinite.toLocaleString("en")} NaN or infinite</strong>
              )}
            </>,
            row.dtype,
            row.shape,
            row.bias ?? "",
            db(row.sqnr),
            db(row.entropy),
            db(row.nu),
            <Bars key="bars" values={row.histogram} />,
          ])}
        />
      )}
    </section>
  );
}

function Bars({ values }: { readonly values: readonly number[] }) {
  const maximum = Math.max(...values, 0);
  return (
    <span
      class="bars"
      role="img"
      aria-label={`distribution in ${values.length} steps over four standard deviations`}
    >
      {values.map((value, at) => (
        <i key={at} style={{ height: `${maximum === 0 ? 0 : (100 * value) / maximum}%` }} />
      ))}
    </span>
  );
}
