/** All that the studio shows. */

import type { Kind, Piece, Point, Problem, WholePiece } from "./api";
import type { Grid } from "./table";
import { NOTHING_SENT, type Progress } from "./uploads";

export type Filter = "all" | "check" | "ready" | "published";
export const FILTERS: readonly Filter[] = ["all", "check", "ready", "published"];

/** The garment that is looked at on its own. */
export interface Open {
  readonly piece: WholePiece;
  /** Points that were moved and are not built in yet. */
  readonly moved: Readonly<Record<string, Point>>;
  /** What each step moved from where, the newest last. */
  readonly past: readonly Readonly<Record<string, Point>>[];
  readonly busy: boolean;
  /** How long the last change took to build. */
  readonly tookSecs: number | undefined;
  readonly grid: Grid;
  readonly gridChanged: boolean;
  readonly problem: Problem | undefined;
}

export interface StudioState {
  readonly phase: "loading" | "locked" | "closed" | "ready";
  /** Why it is closed. */
  readonly problem: Problem | undefined;
  readonly pieces: readonly Piece[];
  readonly kinds: readonly Kind[];
  readonly filter: Filter;
  readonly dragging: boolean;
  readonly progress: Progress;
  /** The garment that was just deleted and can be had back. */
  readonly deleted: Piece | undefined;
  readonly open: Open | undefined;
  /** What is said to those who listen. */
  readonly news: string;
}

export const FIRST_STATE: StudioState = {
  phase: "loading",
  problem: undefined,
  pieces: [],
  kinds: [],
  filter: "all",
  dragging: false,
  progress: NOTHING_SENT,
  deleted: undefined,
  open: undefined,
  news: "",
};

/** The list with a garment that is new or has changed; what is new comes first. */
export function withPiece(pieces: readonly Piece[], piece: Piece): readonly Piece[] {
  const known = pieces.some((old) => old.id === piece.id);
  return known ? pieces.map((old) => (old.id === piece.id ? piece : old)) : [piece, ...pieces];
}

/** Whether a garment belongs to what is asked for. */
export function passes(piece: Piece, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "check":
      return piece.state === "refused" || (piece.state === "built" && piece.grade !== "A" && piece.grade !== "B");
    case "ready":
      return piece.state === "built" && piece.publishable;
    case "published":
      return piece.state === "published";
  }
}

/** How many garments are still to be built. */
export function leftToBuild(pieces: readonly Piece[]): number {
  return pieces.filter((piece) => piece.state === "queued" || piece.state === "building").length;
}

/** Where the points of the open garment are, with those that were moved just now. */
export function pointsOf(open: Open): readonly { name: string; x: number; y: number; confidence: number }[] {
  const found = open.piece.landmarks?.points ?? {};
  return Object.entries(found).map(([name, point]) => {
    const moved = open.moved[name];
    return moved === undefined ? { name, ...point } : { name, x: moved[0], y: moved[1], confidence: 1 };
  });
}
