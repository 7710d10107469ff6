/** The studio itself: keeps the list in step with the server, and carries out what the merchandiser does. */

import * as api from "./api";
import { type Piece, type Point, type Problem, RefusedError, type WholePiece } from "./api";
import { type Article } from "./gather";
import { FIRST_STATE, type Filter, type Open, pointsOf, type StudioState, withPiece } from "./state";
import { cellsOf, changed, gridOf, hasHeader, pasted, csvOf } from "./table";
import { Uploads } from "./uploads";
import type { Words } from "./words";

const UNDO_MS = 10_000;
const PAST_MOST = 50;

export class Studio {
  state: StudioState = FIRST_STATE;
  private readonly uploads = new Uploads(
    async (form) => this.heard(await api.upload(form)),
    () => this.change({ progress: this.uploads.progress }),
  );
  private forget: ReturnType<typeof setTimeout> | undefined;
  private stopWatching: (() => void) | undefined;
  private building: Promise<void> | undefined;

  constructor(
    private readonly t: Words,
    private readonly drawn: () => void,
  ) {}

  // ---- The list ----

  /** Fetch everything, and hear of every change from then on. */
  async start(): Promise<void> {
    try {
      const content = await api.fetchStudio();
      const pieces = [...content.pieces].reverse();
      this.change({ phase: "ready", problem: undefined, pieces, kinds: content.kinds });
      this.stopWatching ??= api.watch(
        (piece) => this.heard(piece),
        (id) => this.wentAway(id),
        () => void this.start(),
      );
    } catch (error) {
      const { status, problem } = refusalOf(error);
      this.change({ phase: status === 401 ? "locked" : "closed", problem });
    }
  }

  async unlock(token: string): Promise<void> {
    try {
      await api.giveKey(token);
      await this.start();
    } catch (error) {
      this.change({ problem: refusalOf(error).problem });
    }
  }

  add(articles: readonly Article[]): void {
    if (articles.length === 0) this.say(this.t("nothing_found"));
    else this.uploads.add(articles);
  }

  drag(dragging: boolean): void {
    if (dragging !== this.state.dragging) this.change({ dragging });
  }

  filter(filter: Filter): void {
    this.change({ filter });
  }

  dismissFailures(): void {
    this.change({ progress: { ...this.state.progress, failures: [] } });
  }

  private heard(piece: Piece): void {
    const before = this.state.pieces.find((old) => old.id === piece.id);
    this.change({ pieces: withPiece(this.state.pieces, piece) });
    if (before !== undefined && before.state !== piece.state) this.announce(piece);
    const { open } = this.state;
    // While we build it ourselves the answer brings the news; else the garment has changed under our eyes.
    if (open?.piece.id === piece.id && !open.busy && piece.version !== open.piece.version) void this.show(piece.id);
  }

  private announce(piece: Piece): void {
    if (piece.state === "queued" || piece.state === "building") return;
    const grade = piece.grade === null ? "" : `, ${this.t("grade", { grade: piece.grade })}`;
    this.say(`${piece.title.en}: ${this.t(`state_${piece.state}`)}${grade}`);
  }

  private wentAway(id: string): void {
    this.change({ pieces: this.state.pieces.filter((piece) => piece.id !== id) });
    if (this.state.open?.piece.id === id) location.hash = "";
  }

  // ---- One garment ----

  /** Look at one garment, or at the list again. */
  async show(id: string | undefined): Promise<void> {
    if (id === undefined) return this.change({ open: undefined });
    try {
      this.opened(await api.fetchPiece(id));
    } catch (error) {
      this.say(refusalOf(error).problem.sentence.en);
      location.hash = "";
    }
  }

  private opened(piece: WholePiece, part: Partial<Open> = {}): void {
    const before = this.state.open?.piece.id === piece.id ? this.state.open : undefined;
    const columns = this.state.kinds.find((kind) => kind.name === piece.kind)?.sizes ?? [];
    const keepsGrid = before !== undefined && before.gridChanged && before.piece.kind === piece.kind;
    const open: Open = {
      moved: before?.moved ?? {},
      past: before?.past ?? [],
      busy: before?.busy ?? false,
      tookSecs: before?.tookSecs,
      grid: keepsGrid ? before.grid : gridOf(piece.sizes, columns),
      gridChanged: keepsGrid,
      problem: undefined,
      ...part,
      piece,
    };
    this.change({ open, pieces: withPiece(this.state.pieces, piece) });
  }

  /** Put points elsewhere, and have the garment built again from them. */
  move(points: Readonly<Record<string, Point>>): void {
    const { open } = this.state;
    if (open === undefined) return;
    const at = new Map(pointsOf(open).map(({ name, x, y }) => [name, [x, y] as const]));
    const from = Object.fromEntries(Object.keys(points).map((name) => [name, at.get(name) ?? [0, 0]])) as Record<string, Point>;
    this.moveTo(points, [...open.past, from].slice(-PAST_MOST));
  }

  /** Take the last step back. */
  undo(): void {
    const last = this.state.open?.past.at(-1);
    if (this.state.open === undefined || last === undefined) return;
    this.moveTo(last, this.state.open.past.slice(0, -1));
  }

  private moveTo(points: Readonly<Record<string, Point>>, past: Open["past"]): void {
    const { open } = this.state;
    if (open === undefined) return;
    this.changeOpen({ moved: { ...open.moved, ...points }, past });
    this.building ??= this.buildMoved(open.piece.id).finally(() => (this.building = undefined));
  }

  /** Build with all that was moved; what is moved meanwhile is built in afterwards. */
  private async buildMoved(id: string): Promise<void> {
    for (;;) {
      const open = this.state.open;
      if (open === undefined || open.piece.id !== id || Object.keys(open.moved).length === 0) return;
      const sent = open.moved;
      const done = await this.attempt(() => api.movePoints(id, sent));
      const now = this.state.open;
      if (now === undefined || now.piece.id !== id) return;
      const left = Object.entries(now.moved).filter(([name, point]) => sent[name] !== point);
      this.changeOpen({ moved: done ? Object.fromEntries(left) : {} });
      if (!done) return;
    }
  }

  findAgain(): void {
    this.withOpen((id) => this.attempt(() => api.findAgain(id), { moved: {}, past: [] }));
  }

  setKind(kind: string): void {
    this.withOpen((id) => this.attempt(() => api.changePiece(id, { kind }), { moved: {}, past: [] }));
  }

  setTitle(title: string): void {
    this.withOpen((id) => this.attempt(() => api.changePiece(id, { title })));
  }

  setMaterials(materials: string): void {
    this.withOpen((id) => this.attempt(() => api.changePiece(id, { materials })));
  }

  giveBack(file: File): void {
    this.withOpen((id) => this.attempt(() => api.giveBack(id, file)));
  }

  setPublished(wish: boolean): void {
    this.withOpen((id) => this.attempt(() => api.setPublished(id, wish)));
  }

  // ---- Its size table ----

  changeCell(row: number, column: number, text: string): void {
    const { open } = this.state;
    if (open !== undefined) this.changeOpen({ grid: changed(open.grid, row, column, text), gridChanged: true });
  }

  /** Put a pasted table in; one with column names replaces the whole. */
  pasteTable(row: number, column: number, text: string): void {
    const { open } = this.state;
    if (open === undefined) return;
    const cells = cellsOf(text);
    if (hasHeader(cells)) this.saveTable(text);
    else this.changeOpen({ grid: pasted(open.grid, row, column, cells), gridChanged: true });
  }

  saveSizes(): void {
    if (this.state.open !== undefined) this.saveTable(csvOf(this.state.open.grid));
  }

  private saveTable(text: string): void {
    this.withOpen(async (id) => {
      const done = await this.attempt(() => api.saveSizes(id, text), { gridChanged: false });
      if (!done) return;
      const piece = this.state.open?.piece;
      if (piece !== undefined) this.opened(piece, { gridChanged: false, grid: gridOf(piece.sizes, this.state.open?.grid.columns.slice(1) ?? []) });
      this.say(this.t("sizes_saved"));
    });
  }

  // ---- Away and back ----

  async throwAway(): Promise<void> {
    const piece = this.state.open?.piece;
    if (piece === undefined) return;
    try {
      await api.throwAway(piece.id);
    } catch (error) {
      return this.changeOpen({ problem: refusalOf(error).problem });
    }
    clearTimeout(this.forget);
    this.forget = setTimeout(() => this.change({ deleted: undefined }), UNDO_MS);
    this.change({ deleted: piece });
    location.hash = "";
  }

  async takeBack(): Promise<void> {
    const { deleted } = this.state;
    if (deleted === undefined) return;
    this.change({ deleted: undefined });
    this.heard(await api.takeBack(deleted.id));
    location.hash = `#/${deleted.id}`;
  }

  // ---- ----

  private withOpen(act: (id: string) => Promise<unknown>): void {
    const id = this.state.open?.piece.id;
    if (id !== undefined) void act(id);
  }

  /** Ask the server for a change of the open garment; whether it came about. */
  private async attempt(ask: () => Promise<WholePiece>, part: Partial<Open> = {}): Promise<boolean> {
    const begun = performance.now();
    const id = this.state.open?.piece.id;
    this.changeOpen({ busy: true, problem: undefined });
    try {
      const piece = await ask();
      const tookSecs = piece.version === this.state.open?.piece.version ? undefined : (performance.now() - begun) / 1000;
      if (this.state.open?.piece.id === id) this.opened(piece, { ...part, busy: false, tookSecs });
      if (tookSecs !== undefined) this.say(this.t("rebuilt", { secs: tookSecs.toFixed(1) }));
      return true;
    } catch (error) {
      const { problem } = refusalOf(error);
      if (this.state.open?.piece.id === id) this.changeOpen({ busy: false, problem });
      return false;
    }
  }

  private changeOpen(part: Partial<Open>): void {
    if (this.state.open !== undefined) this.change({ open: { ...this.state.open, ...part } });
  }

  private say(news: string): void {
    this.change({ news });
  }

  private change(part: Partial<StudioState>): void {
    this.state = { ...this.state, ...part };
    this.drawn();
  }
}

function refusalOf(error: unknown): { readonly status: number; readonly problem: Problem } {
  if (error instanceof RefusedError) return error;
  throw error;
}
