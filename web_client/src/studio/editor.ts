/**
 * A product photo with its landmarks on it: each a button that is dragged, or moved with the arrows.
 *
 * Styles are set as properties: the server's headers of safety forbid them as attributes, which `styleMap` begins with.
 */

import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import type { Language } from "../i18n";
import type { Point } from "./api";
import { pointName, wordsOf } from "./words";

export interface EditorPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly confidence: number;
}

const SURE = 0.35;
const FAR = 10;
/** Keys are pressed many times in a row: the garment is built again this long after the last. */
const REST_MS = 400;
const LOUPE_PX = 168;
const ENLARGED = 2.5;
const ARROWS: Readonly<Record<string, Point>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class LandmarkEditor extends LitElement {
  static override properties = {
    photo: {},
    points: { attribute: false },
    line: { attribute: false },
    language: {},
    held: { state: true },
    focused: { state: true },
    size: { state: true },
  };

  photo = "";
  points: readonly EditorPoint[] = [];
  line: readonly Point[] | null = null;
  language: Language = "en";
  /** Where the point is that is being moved. */
  private held: { readonly name: string; readonly at: Point } | undefined;
  private focused: string | undefined;
  private size: Point | undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private grip: Point = [0, 0];

  /** The page's own styles hold in here too. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.rest);
  }

  protected override render(): TemplateResult {
    return html`<div class="easel">
      <img src=${this.photo} alt="" draggable="false" @load=${(event: Event) => this.measure(event.target as HTMLImageElement)} />
      ${this.size === undefined ? nothing : this.overlay(this.size)}
    </div>`;
  }

  private overlay(size: Point): TemplateResult {
    const shown = this.held?.name ?? this.focused;
    return html`
      <svg class="lines" viewBox="0 0 ${size[0]} ${size[1]}" aria-hidden="true">
        ${this.line === null || this.held !== undefined
          ? nothing
          : svg`<polyline points=${this.line.map((point) => point.join(",")).join(" ")} vector-effect="non-scaling-stroke" />`}
      </svg>
      ${this.points.map((point) => this.handle(point, size))} ${shown === undefined ? nothing : this.loupe(shown, size)}
    `;
  }

  private handle(point: EditorPoint, size: Point): TemplateResult {
    const [x, y] = this.held?.name === point.name ? this.held.at : [point.x, point.y];
    const name = pointName(this.language, point.name);
    const sure = point.confidence >= SURE ? "" : "unsure";
    const label = wordsOf(this.language)("point", {
      name,
      x: x.toFixed(0),
      y: y.toFixed(0),
      sure: (100 * point.confidence).toFixed(0),
    });
    return html`<button
      class="handle ${sure}"
      data-point=${point.name}
      aria-label=${label}
      .style=${`left: ${(100 * x) / size[0]}%; top: ${(100 * y) / size[1]}%`}
      @pointerdown=${(event: PointerEvent) => this.grab(event, point)}
      @pointermove=${(event: PointerEvent) => this.drag(event)}
      @pointerup=${() => this.drop()}
      @pointercancel=${() => this.letGo()}
      @keydown=${(event: KeyboardEvent) => this.press(event, point)}
      @focus=${() => (this.focused = point.name)}
      @blur=${() => this.leave()}
    >
      <span class="dot"></span>
    </button>`;
  }

  /** The surroundings of a point, enlarged, in the corner where neither the point nor the hand is. */
  private loupe(name: string, size: Point): TemplateResult | typeof nothing {
    const point = this.points.find((one) => one.name === name);
    const image = this.querySelector("img");
    if (point === undefined || image === null) return nothing;
    const [x, y] = this.held?.name === name ? this.held.at : [point.x, point.y];
    const scale = (image.clientWidth / size[0]) * ENLARGED;
    const side = x < size[0] / 2 ? "on-right" : "on-left";
    return html`<div class="loupe ${side}" aria-hidden="true">
      <div class="lens">
        <img
          src=${this.photo}
          alt=""
          draggable="false"
          .style=${`width: ${size[0] * scale}px; transform: translate(${LOUPE_PX / 2 - x * scale}px, ${LOUPE_PX / 2 - y * scale}px)`}
        />
        <i></i>
      </div>
      <b>${pointName(this.language, name)}</b>
      <span>${x.toFixed(0)}, ${y.toFixed(0)}</span>
    </div>`;
  }

  private measure(image: HTMLImageElement): void {
    this.size = [image.naturalWidth, image.naturalHeight];
  }

  // ---- With the hand ----

  private grab(event: PointerEvent, point: EditorPoint): void {
    if (event.button !== 0) return;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    handle.focus();
    const [x, y] = this.place(event);
    this.grip = [point.x - x, point.y - y];
    this.held = { name: point.name, at: [point.x, point.y] };
    event.preventDefault();
  }

  private drag(event: PointerEvent): void {
    if (this.held === undefined || !(event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) return;
    const [x, y] = this.place(event);
    this.held = { name: this.held.name, at: this.within([x + this.grip[0], y + this.grip[1]]) };
  }

  private drop(): void {
    const { held } = this;
    const before = this.points.find((point) => point.name === held?.name);
    this.held = undefined;
    if (held !== undefined && before !== undefined && (held.at[0] !== before.x || held.at[1] !== before.y)) this.tell(held.name, held.at);
  }

  private letGo(): void {
    clearTimeout(this.rest);
    this.held = undefined;
  }

  private place(event: PointerEvent): Point {
    const box = this.querySelector("img")!.getBoundingClientRect();
    const [width, height] = this.size!;
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  }

  private within([x, y]: Point): Point {
    const [width, height] = this.size!;
    return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  }

  // ---- With the keyboard ----

  private press(event: KeyboardEvent, point: EditorPoint): void {
    if (event.key === "Escape" && this.held !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      return this.letGo();
    }
    const step = ARROWS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? FAR : 1;
    const [x, y] = this.held?.name === point.name ? this.held.at : [point.x, point.y];
    this.held = { name: point.name, at: this.within([Math.round(x) + step[0] * far, Math.round(y) + step[1] * far]) };
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.drop(), REST_MS);
  }

  private leave(): void {
    this.focused = undefined;
    clearTimeout(this.rest);
    this.drop();
  }

  private tell(name: string, at: Point): void {
    this.dispatchEvent(new CustomEvent("moved", { detail: { [name]: at } }));
  }
}

customElements.define("landmark-editor", LandmarkEditor);
