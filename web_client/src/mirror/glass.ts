/** The glass of the mirror: one canvas, and what it shows. */

import type { Size } from "../encode";
import { contain, cover, type Rect } from "./fit";

/** More pixels than this on the longer side would not be seen. */
const LONGEST_PX = 1920;
/** The soft surround of a picture is drawn by way of this few pixels, twice, which blurs without a filter. */
const SURROUND_PX = [96, 8, 48] as const;

/** How a frame is put on the glass. */
export interface Manner {
  /** As in a mirror. */
  readonly mirrored: boolean;
  /** Fill the glass, cutting off the edges; else show the whole frame. */
  readonly fills: boolean;
}

export class Glass {
  private readonly context: CanvasRenderingContext2D;
  private readonly surrounds = SURROUND_PX.map((size) => Object.assign(document.createElement("canvas"), { width: size, height: size }));

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser cannot draw on a canvas");
    this.context = context;
  }

  /** Show the frame. */
  draw(drawable: CanvasImageSource, frame: Size, manner: Manner): void {
    this.fitToPage();
    if (!manner.fills) this.drawSurround(drawable);
    this.put(drawable, (manner.fills ? cover : contain)(frame, this.canvas), manner.mirrored);
  }

  /** Show nothing. */
  clear(): void {
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  private put(drawable: CanvasImageSource, at: Rect, mirrored: boolean): void {
    this.context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? this.canvas.width : 0, 0);
    this.context.drawImage(drawable, at.x, at.y, at.width, at.height);
  }

  private drawSurround(drawable: CanvasImageSource): void {
    let softer = drawable;
    for (const surround of this.surrounds) {
      const context = surround.getContext("2d");
      if (context !== null) context.imageSmoothingQuality = "high";
      context?.drawImage(softer, 0, 0, surround.width, surround.height);
      softer = surround;
    }
    this.put(softer, cover({ width: 1, height: 1 }, this.canvas), false);
    this.context.fillStyle = "rgb(20 17 15 / 0.55)";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** As many canvas pixels as the screen has under it, up to a limit. */
  private fitToPage(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = Math.min(devicePixelRatio, LONGEST_PX / Math.max(clientWidth, clientHeight, 1));
    const width = Math.max(1, Math.round(clientWidth * scale));
    const height = Math.max(1, Math.round(clientHeight * scale));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }
}
