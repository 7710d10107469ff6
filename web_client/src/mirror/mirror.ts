/** The mirror itself: frames from a source go to the server, and what comes back goes on the glass. */

import { fetchCatalogue } from "../catalogue";
import { openCamera } from "../camera";
import { Encoder, type Size } from "../encode";
import { openFile } from "../open_file";
import type { NoticeMessage, PreviewMessage, StatusMessage } from "../protocol";
import { CameraError, type FrameSource, UnreadableFileError } from "../source";
import { type Connection, MirrorStream, type StreamListener } from "../stream";
import { openVideo } from "../video";
import type { Glass } from "./glass";
import { Meter } from "./meter";
import { isAgreed, type Outfit, wishOf } from "./outfit";
import { Patience } from "./patience";
import { saveSnapshot } from "./snapshot";
import { FIRST_STATE, type MirrorState, type Notice } from "./state";

const NOTICE_MS = 6000;
const READOUT_MS = 500;
/** How soon a piece that the shop has published hangs on the rail. */
const CATALOGUE_MS = 5000;
const SERVER_PATIENCE_MS = 1200;
const PERSON_PATIENCE_MS = 1500;
/** After this long the server wears something else because it cannot do what was asked. */
const WARDROBE_PATIENCE_MS = 5000;
/** A dressed frame of a moving source is held on the glass no longer than this. */
const HELD_SECS = 3;
const DEMO_URL = "/demo/shopper.webm";

interface Dressed extends Size {
  readonly bitmap: ImageBitmap;
  readonly sequence: number;
  readonly atSecs: number;
}

const nowSecs = () => performance.now() / 1000;

export class Mirror implements StreamListener {
  state: MirrorState = FIRST_STATE;
  private readonly stream: MirrorStream;
  private readonly encoder = new Encoder();
  private readonly meter = new Meter();
  private readonly server = new Patience(SERVER_PATIENCE_MS, (serverMissed) => this.change({ serverMissed }));
  private readonly person = new Patience(PERSON_PATIENCE_MS, (personMissed) => this.change({ personMissed }));
  private readonly wardrobe = new Patience(WARDROBE_PATIENCE_MS, (refused) => this.believeServer(refused));
  private dressed: Dressed | undefined;
  /** What the server last said it wears as we wanted it. */
  private agreed: Outfit = [];
  /** Frames before this one are of an earlier source. */
  private firstSequence = 0;
  private sentStamp: number | undefined;
  private sentSecs = 0;
  private drawnStamp: number | undefined;
  /** Counts the sources asked for, so that a slow one does not come after a newer one. */
  private request = 0;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly glass: Glass,
    openSocket: () => WebSocket,
    private readonly changed: () => void,
  ) {
    this.stream = new MirrorStream(this, openSocket);
  }

  /** Connect, fetch the clothes and show what the source gives, from now on. */
  start(): void {
    this.stream.start();
    setInterval(() => this.readFigures(), READOUT_MS);
    setInterval(() => {
      if (this.state.connection === "open" && !document.hidden) void this.refetchGarments();
    }, CATALOGUE_MS);
    const tick = () => {
      this.tick();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Look through the camera. */
  useCamera(): Promise<void> {
    const portrait = innerHeight > innerWidth;
    const stopped = () => this.show(undefined, "stopped");
    if (this.state.scene.kind !== "showing") this.change({ scene: { kind: "asking" } });
    return this.use(() => openCamera(portrait, stopped));
  }

  /** Look at a picture or video of the visitor's. */
  useFile(file: File): Promise<void> {
    return this.use(() => openFile(file));
  }

  /** Look at the demo shopper. */
  useDemo(): Promise<void> {
    return this.use(() => openVideo(DEMO_URL, ""));
  }

  /** Wear these and nothing else. */
  wear(outfit: Outfit): void {
    this.stream.wear(outfit);
    this.sentStamp = undefined;
    this.sentSecs = 0;
    this.wardrobe.note(false);
    this.change({ outfit, picked: this.state.picked || outfit.length > 0 });
  }

  /** Show one kind alone on the rail, or all. */
  showKind(kind: string | undefined): void {
    this.change({ kind });
  }

  retryNow(): void {
    this.stream.retryNow();
  }

  toggleReadout(): void {
    this.change({ readoutShown: !this.state.readoutShown });
    this.readFigures();
  }

  /** Save what is on the glass as a file. */
  async takeSnapshot(): Promise<void> {
    const source = this.source();
    const image = source?.image();
    if (source === undefined || image === undefined) return;
    const shown = this.dressedNow() ?? image;
    const name = await saveSnapshot("bitmap" in shown ? shown.bitmap : shown.drawable, shown, source.mirrored);
    if (name !== undefined) this.notify({ kind: "page", key: "snapshot_saved", values: { name } });
  }

  /** Draw again what is on the glass, whose size has changed. */
  redraw(): void {
    this.drawnStamp = undefined;
    this.draw();
  }

  connectionChanged(connection: Connection): void {
    this.change({ connection });
    // Trying again is not yet being there.
    if (connection !== "connecting") this.server.note(connection === "lost");
    if (connection === "open") void this.refetchGarments();
    else this.letDressedGo();
  }

  previewCame(preview: PreviewMessage): void {
    void this.hang(preview);
  }

  statusCame(status: StatusMessage): void {
    const showing = this.state.scene.kind === "showing";
    const agreed = isAgreed(this.state.outfit, status.worn);
    if (agreed) this.agreed = this.state.outfit;
    this.person.note(showing && !status.poseFound && status.worn.length > 0);
    this.wardrobe.note(showing && !agreed);
    this.change({ status });
  }

  noticeCame(notice: NoticeMessage): void {
    if (notice.code === "cannot-wear-together") this.wear(this.agreed);
    this.notify({ kind: "server", sentence: notice.sentence });
  }

  private async use(open: () => Promise<FrameSource>): Promise<void> {
    const request = ++this.request;
    try {
      const source = await open();
      if (request === this.request) this.show(source);
      else source.close();
    } catch (error) {
      if (request === this.request) this.explain(error);
    }
  }

  private explain(error: unknown): void {
    if (error instanceof CameraError) this.show(undefined, error.trouble);
    else if (error instanceof UnreadableFileError) {
      const key = error.fileName === "" ? "demo_missing" : "unreadable_file";
      this.notify({ kind: "page", key, values: { name: error.fileName } });
    } else throw error;
  }

  private show(source: FrameSource): void;
  private show(source: undefined, trouble: CameraError["trouble"]): void;
  private show(source: FrameSource | undefined, trouble: CameraError["trouble"] = "stopped"): void {
    this.source()?.close();
    this.letDressedGo();
    this.glass.clear();
    this.firstSequence = this.stream.nextSequence;
    this.sentStamp = this.drawnStamp = undefined;
    this.sentSecs = 0;
    this.person.note(false);
    this.change({ scene: source === undefined ? { kind: "trouble", trouble } : { kind: "showing", source } });
  }

  private source(): FrameSource | undefined {
    return this.state.scene.kind === "showing" ? this.state.scene.source : undefined;
  }

  private tick(): void {
    this.draw();
    const source = this.source();
    const image = source?.image();
    if (source === undefined || image === undefined) return;
    const pausing = nowSecs() - this.sentSecs < source.pauseSecs;
    if (pausing || (image.stamp === this.sentStamp && source.pauseSecs === 0)) return;
    void this.stream.offer(() => {
      this.sentStamp = image.stamp;
      this.sentSecs = nowSecs();
      return this.encoder.encode(image);
    });
  }

  /** Draw the dressed frame, or the plain one while there is none. */
  private draw(): void {
    const source = this.source();
    const image = source?.image();
    if (source === undefined || image === undefined) return;
    const dressed = this.dressedNow();
    const stamp = dressed === undefined ? image.stamp : -1 - dressed.sequence;
    if (stamp === this.drawnStamp) return;
    this.drawnStamp = stamp;
    const manner = { mirrored: source.mirrored, fills: source.kind === "camera" };
    this.glass.draw(dressed?.bitmap ?? image.drawable, dressed ?? image, manner);
  }

  private dressedNow(): Dressed | undefined {
    const { dressed } = this;
    if (dressed === undefined || this.source()?.kind === "picture") return dressed;
    return nowSecs() - dressed.atSecs < HELD_SECS ? dressed : undefined;
  }

  /** Put a preview on the glass, unless a newer one hangs there or it shows an earlier source. */
  private async hang(preview: PreviewMessage): Promise<void> {
    const bitmap = await createImageBitmap(new Blob([preview.jpeg], { type: "image/jpeg" }));
    const { sequence } = preview;
    const late = sequence < this.firstSequence || sequence < (this.dressed?.sequence ?? 0);
    if (late || this.state.connection !== "open" || this.source() === undefined) {
      bitmap.close();
      return;
    }
    this.letDressedGo();
    this.dressed = { bitmap, sequence, width: bitmap.width, height: bitmap.height, atSecs: nowSecs() };
    this.draw();
    this.meter.note(nowSecs(), preview.captureSecs);
  }

  private believeServer(refused: boolean): void {
    if (refused) this.change({ outfit: this.state.status?.worn.map(wishOf) ?? [] });
  }

  private letDressedGo(): void {
    this.dressed?.bitmap.close();
    this.dressed = undefined;
  }

  private async refetchGarments(): Promise<void> {
    try {
      const { garments, outfits } = await fetchCatalogue();
      if (garments !== this.state.garments) this.change({ garments, outfits });
    } catch {
      // The rail keeps what it has; the next connection asks again.
    }
  }

  private readFigures(): void {
    if (!this.state.readoutShown) return;
    const { dressed } = this;
    const frameSize = dressed === undefined ? "" : `${dressed.width} × ${dressed.height}`;
    this.change({ figures: this.meter.read(nowSecs()), frameSize });
  }

  private notify(notice: Notice): void {
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => this.change({ notice: undefined }), NOTICE_MS);
    this.change({ notice });
  }

  private change(part: Partial<MirrorState>): void {
    this.state = { ...this.state, ...part };
    this.changed();
  }
}
