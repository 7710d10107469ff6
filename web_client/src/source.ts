/** Where frames come from: a camera, a picture or a video, all behind one face. */

export interface FrameSource {
  readonly kind: "camera" | "picture" | "video";
  /** Whether it is shown as in a mirror: only one's own living image is. */
  readonly mirrored: boolean;
  /** The least time between two frames worth sending. */
  readonly pauseSecs: number;
  /** What can be drawn now; undefined until the first frame is there. */
  image(): FrameImage | undefined;
  /** Give the camera, file or memory back. */
  close(): void;
}

export interface FrameImage {
  readonly drawable: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Differs between two different frames. */
  readonly stamp: number;
}

export type Trouble = "no_camera" | "denied" | "busy" | "insecure" | "stopped";

/** Raised when no frames can be had, with the reason. */
export class CameraError extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

/** Raised when a chosen file is neither a picture nor a video that the browser can show. */
export class UnreadableFileError extends Error {
  constructor(readonly fileName: string) {
    super(`${fileName} is neither a picture nor a video that this browser reads`);
  }
}
