/** Where a frame lies on the glass. */

import type { Size } from "../encode";

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** The frame fills the glass; what hangs over is cut off on both sides alike. */
export function cover(frame: Size, glass: Size): Rect {
  return centre(frame, glass, Math.max(glass.width / frame.width, glass.height / frame.height));
}

/** The whole frame is on the glass; what is left over stays free on both sides alike. */
export function contain(frame: Size, glass: Size): Rect {
  return centre(frame, glass, Math.min(glass.width / frame.width, glass.height / frame.height));
}

function centre(frame: Size, glass: Size, scale: number): Rect {
  const width = frame.width * scale;
  const height = frame.height * scale;
  return { x: (glass.width - width) / 2, y: (glass.height - height) / 2, width, height };
}
