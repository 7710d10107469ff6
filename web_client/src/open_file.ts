/** Frames from a file that the visitor chose. */

import { openPicture } from "./picture";
import type { FrameSource } from "./source";
import { openVideo } from "./video";

/** A picture or a video, whichever the file is; raises `UnreadableFileError` when it is neither. */
export async function openFile(file: File): Promise<FrameSource> {
  if (file.type.startsWith("video/")) return openVideo(URL.createObjectURL(file), file.name);
  return openPicture(file);
}
