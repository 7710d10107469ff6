/** The studio's API; `docs/studio.md` describes it. */

import type { Sentence } from "../protocol";

export type State = "queued" | "building" | "built" | "published" | "refused";
export type Grade = "A" | "B" | "C" | "D";

export interface Problem {
  readonly code: string;
  readonly sentence: Sentence;
}

/** One garment in the making, as the list shows it. */
export interface Piece {
  readonly id: string;
  readonly state: State;
  readonly title: Sentence;
  readonly kind: string | null;
  readonly kind_is_given: boolean;
  readonly materials: string | null;
  readonly reason: Problem | null;
  readonly grade: Grade | null;
  readonly reasons: readonly Sentence[];
  readonly publishable: boolean;
  readonly is_mesh: boolean;
  readonly has_back: boolean;
  /** How often it was built. */
  readonly version: number;
  readonly photo: string;
  /** The picture on which its landmarks lie. */
  readonly easel: string;
  readonly thumb: string;
  readonly preview: string;
}

export interface Landmark {
  readonly x: number;
  readonly y: number;
  readonly confidence: number;
}

export interface Landmarks {
  readonly points: Readonly<Record<string, Landmark>>;
  readonly neck_opening_photo_px: readonly (readonly [number, number])[] | null;
}

export interface Passport {
  readonly colours?: readonly { readonly name_en: string; readonly name_ko: string; readonly hex: string; readonly share: number }[];
  readonly quality?: { readonly value: number };
}

/** The same with all that its own view shows. */
export interface WholePiece extends Piece {
  readonly landmarks: Landmarks | null;
  /** The size table as CSV. */
  readonly sizes: string;
  readonly passport: Passport | null;
}

export interface Kind {
  readonly name: string;
  readonly title: Sentence;
  /** Columns of its size table. */
  readonly sizes: readonly string[];
}

export interface StudioContent {
  readonly pieces: readonly Piece[];
  readonly kinds: readonly Kind[];
  readonly limits: { readonly photo_bytes: number; readonly mesh_bytes: number };
}

export type Point = readonly [x: number, y: number];

/** Raised when the server refuses, with its sentence. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly retryAfterSecs: number,
  ) {
    super(problem.sentence.en);
  }
}

const HERE = "/api/studio";
const UNREACHABLE: Problem = {
  code: "unreachable",
  sentence: { en: "The studio is out of reach. Please try again.", ko: "스튜디오에 연결되지 않아요. 다시 시도해 주세요." },
};

async function ask<T>(method: string, path: string, body?: BodyInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(HERE + path, { method, ...(body === undefined ? {} : { body }) });
  } catch {
    throw new RefusedError(0, UNREACHABLE, 2);
  }
  if (answer.status === 204) return undefined as T;
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && said !== undefined) return said as T;
  const problem = (said as Problem | undefined)?.sentence === undefined ? UNREACHABLE : (said as Problem);
  throw new RefusedError(answer.status, problem, Number(answer.headers.get("Retry-After") ?? 2));
}

const one = (id: string) => `/pieces/${encodeURIComponent(id)}`;

export const fetchStudio = () => ask<StudioContent>("GET", "");
export const giveKey = (token: string) => ask<unknown>("POST", "/key", JSON.stringify({ token }));
export const fetchPiece = (id: string) => ask<WholePiece>("GET", one(id));
export const upload = (form: FormData) => ask<Piece>("POST", "/pieces", form);
export const changePiece = (id: string, wish: { kind?: string; title?: string; materials?: string }) =>
  ask<WholePiece>("PATCH", one(id), JSON.stringify(wish));
export const movePoints = (id: string, points: Readonly<Record<string, Point>>) =>
  ask<WholePiece>("PUT", `${one(id)}/landmarks`, JSON.stringify({ points }));
export const findAgain = (id: string) => ask<WholePiece>("DELETE", `${one(id)}/landmarks`);
export const saveSizes = (id: string, text: string) => ask<WholePiece>("PUT", `${one(id)}/sizes`, text);
export const giveBack = (id: string, file: File) =>
  ask<WholePiece>("PUT", `${one(id)}/back?name=${encodeURIComponent(file.name)}`, file);
export const setPublished = (id: string, wish: boolean) => ask<WholePiece>(wish ? "PUT" : "DELETE", `${one(id)}/published`);
export const throwAway = (id: string) => ask<undefined>("DELETE", one(id));
export const takeBack = (id: string) => ask<WholePiece>("POST", `${one(id)}/restore`);

/** The strip of a garment that turns on the body of a build. */
export function turntableUrl(piece: Piece, build: string): string {
  return `${HERE}${one(piece.id)}/turntable/${build}.jpg?v=${piece.version}`;
}

/** Hear of every change; `renewed` is called whenever the line was broken and stands again. */
export function watch(changed: (piece: Piece) => void, gone: (id: string) => void, renewed: () => void): () => void {
  const source = new EventSource(`${HERE}/events`);
  let opened = false;
  source.addEventListener("piece", (event) => changed(JSON.parse((event as MessageEvent<string>).data) as Piece));
  source.addEventListener("gone", (event) => gone((JSON.parse((event as MessageEvent<string>).data) as { id: string }).id));
  source.addEventListener("open", () => {
    if (opened) renewed();
    opened = true;
  });
  return () => source.close();
}
