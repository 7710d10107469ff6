/** A frame as JPEG for the wire. */

import type { FrameImage } from "./source";
import type { EncodedFrame } from "./stream";

const LONGEST_PX = 1280;
/** The server takes nothing smaller. */
const SHORTEST_PX = 64;
const QUALITY = 0.85;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size at which a frame is sent: at most 1280 pixels on its longer side, enlarged only if it is tiny. */
export function sentSize(frame: Size): Size {
  const shrunk = Math.min(1, LONGEST_PX / Math.max(frame.width, frame.height));
  const scale = Math.max(shrunk, SHORTEST_PX / Math.min(frame.width, frame.height));
  const side = (px: number) => Math.min(LONGEST_PX, Math.round(px * scale));
  return { width: side(frame.width), height: side(frame.height) };
}

/** Encodes frames on one canvas of its own. */
export class Encoder {
  private readonly canvas = document.createElement("canvas");

  /** The frame as it is now, with the time at which it was taken; undefined when the browser could not encode it. */
  async encode(frame: FrameImage): Promise<EncodedFrame | undefined> {
    const size = sentSize(frame);
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) Object.assign(this.canvas, size);
    const captureSecs = performance.now() / 1000;
    const context = this.canvas.getContext("2d", { alpha: false });
    context?.drawImage(frame.drawable, 0, 0, size.width, size.height);
    const blob = await toJpeg(this.canvas, QUALITY);
    return blob === null ? undefined : { jpeg: new Uint8Array(await blob.arrayBuffer()), captureSecs };
  }
}

/** The canvas as a JPEG file; null when the browser cannot make one. */
export function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
