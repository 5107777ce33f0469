import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached, cachePlace } from "../../tools/cache.ts";
import type { Outcome, Piece } from "./kind.ts";

type Done = Extract<Outcome, { state: "done" }>;

type Named = Pick<Piece, "kind" | "id">;

const place = ({ kind, id }: Named): string => join(cachePlace(kind, [id]), "outcome.json");

/** What the user's cache folder has of a piece that was done before. */
export function kept(piece: Named): Done | undefined {
  const file = place(piece);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Done) : undefined;
}

/** Keeps the outcome of a piece in the user's cache folder. */
export function keep(piece: Named, outcome: Done): void {
  cached(piece.kind, [piece.id], (folder) =>
    writeFileSync(join(folder, "outcome.json"), JSON.stringify(outcome)),
  );
}
