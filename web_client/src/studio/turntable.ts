/** A garment that turns on three bodies: by itself, by hand and by keyboard, all three alike. */

import { html, LitElement, type TemplateResult } from "lit";
import type { Language } from "../i18n";
import { type Piece, turntableUrl } from "./api";
import { pauseIcon, playIcon } from "./icons";
import { BUILDS, wordsOf } from "./words";

/** Views in a strip, as `fitting/turntable.py` draws them. */
const VIEWS = 16;
const STEP_MS = 170;
/** How far the hand goes for one view. */
const VIEW_PX = 14;

export class TurnTable extends LitElement {
  static override properties = {
    piece: { attribute: false },
    language: {},
    view: { state: true },
    playing: { state: true },
    loaded: { state: true },
  };

  piece: Piece | undefined;
  language: Language = "en";
  private view = 0;
  private playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  private loaded: readonly string[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private grip: { readonly x: number; readonly view: number } | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => {
      if (this.playing && this.grip === undefined && !document.hidden && this.loaded.length > 0) this.turn(1);
    }, STEP_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const t = wordsOf(this.language);
    const degrees = Math.round((360 * this.view) / VIEWS);
    return html`
      <div
        class="turntable"
        role="slider"
        tabindex="0"
        aria-label=${t("turn_label")}
        aria-valuemin="0"
        aria-valuemax="359"
        aria-valuenow=${degrees}
        aria-valuetext=${t("turn_value", { degrees: String(degrees) })}
        @keydown=${(event: KeyboardEvent) => this.press(event)}
        @pointerdown=${(event: PointerEvent) => this.grab(event)}
        @pointermove=${(event: PointerEvent) => this.drag(event)}
        @pointerup=${() => (this.grip = undefined)}
        @pointercancel=${() => (this.grip = undefined)}
      >
        ${BUILDS.map((build) => this.figure(build, t(`build_${build}`)))}
      </div>
      <button class="quiet" @click=${() => (this.playing = !this.playing)}>
        ${this.playing ? pauseIcon : playIcon}${t(this.playing ? "turn_pause" : "turn_play")}
      </button>
    `;
  }

  private figure(build: string, name: string): TemplateResult {
    const piece = this.piece;
    const shift = `transform: translateX(${(-100 * this.view) / VIEWS}%)`;
    const isThere = this.loaded.includes(build);
    return html`<figure>
      <div class="view ${isThere ? "" : "waiting"}">
        ${piece === undefined
          ? ""
          : html`<img
              src=${turntableUrl(piece, build)}
              alt=""
              draggable="false"
              .style=${shift}
              @load=${() => (this.loaded = [...new Set([...this.loaded, build])])}
              @error=${() => (this.loaded = this.loaded.filter((one) => one !== build))}
            />`}
      </div>
      <figcaption>${name}</figcaption>
    </figure>`;
  }

  private turn(views: number): void {
    this.view = (this.view + views + VIEWS) % VIEWS;
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 4, PageDown: -4 }[event.key];
    if (event.key === "Home") this.view = 0;
    else if (event.key === "End") this.view = VIEWS / 2;
    else if (event.key === " ") this.playing = !this.playing;
    else if (step !== undefined) this.turn(step);
    else return;
    if (event.key !== " ") this.playing = false;
    event.preventDefault();
  }

  private grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.grip = { x: event.clientX, view: this.view };
    this.playing = false;
  }

  private drag(event: PointerEvent): void {
    if (this.grip === undefined) return;
    const views = Math.round((event.clientX - this.grip.x) / VIEW_PX);
    this.view = (((this.grip.view + views) % VIEWS) + VIEWS) % VIEWS;
  }
}

customElements.define("turn-table", TurnTable);
