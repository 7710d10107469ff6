/** Frames from one picture: the same again, a few times a second, so that a new garment shows at once. */

import { type FrameSource, UnreadableFileError } from "./source";

const PAUSE_SECS = 0.4;
/** A picture is kept no larger than this, whatever the file holds. */
const LONGEST_PX = 2560;

/** The picture in the file, turned upright. */
export async function openPicture(file: File): Promise<FrameSource> {
  const bitmap = await readBitmap(file);
  const image = { drawable: bitmap, width: bitmap.width, height: bitmap.height, stamp: 0 };
  return { kind: "picture", mirrored: false, pauseSecs: PAUSE_SECS, image: () => image, close: () => bitmap.close() };
}

async function readBitmap(file: File): Promise<ImageBitmap> {
  try {
    const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = LONGEST_PX / Math.max(whole.width, whole.height);
    if (scale >= 1) return whole;
    const size = { resizeWidth: Math.max(1, whole.width * scale), resizeHeight: Math.max(1, whole.height * scale) };
    const small = await createImageBitmap(whole, { ...size, resizeQuality: "high" });
    whole.close();
    return small;
  } catch {
    throw new UnreadableFileError(file.name);
  }
}
