/** A picture to take home. */

import { type Size, toJpeg } from "../encode";

const QUALITY = 0.92;

/** The name of a snapshot taken at the time, such as `geoul-2026-11-24-18.05.09.jpg`. */
export function snapshotName(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `geoul-${day}-${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(".")}.jpg`;
}

/** Save the frame as the visitor sees it, mirrored if the mirror is; the file's name, or undefined if it cannot be. */
export async function saveSnapshot(frame: CanvasImageSource, size: Size, mirrored: boolean): Promise<string | undefined> {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: size.width, height: size.height });
  const context = canvas.getContext("2d", { alpha: false });
  if (mirrored) context?.setTransform(-1, 0, 0, 1, size.width, 0);
  context?.drawImage(frame, 0, 0, size.width, size.height);
  const blob = await toJpeg(canvas, QUALITY);
  if (blob === null) return undefined;
  const link = document.createElement("a");
  link.download = snapshotName(new Date());
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return link.download;
}
