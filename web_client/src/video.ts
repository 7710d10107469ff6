/** Frames from a video element: a file of the visitor's, or the demo shopper. */

import { type FrameImage, type FrameSource, UnreadableFileError } from "./source";

/** A silent, looping video, playing. */
export async function openVideo(url: string, name: string): Promise<FrameSource> {
  const video = quietVideo();
  video.loop = true;
  video.src = url;
  try {
    await playing(video);
  } catch {
    close(video);
    throw new UnreadableFileError(name);
  }
  return {
    kind: "video",
    mirrored: false,
    pauseSecs: 0,
    image: () => currentImage(video),
    close: () => close(video),
  };
}

/** A video element that plays in the page without sound. */
export function quietVideo(): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  return video;
}

/** Resolves when the video runs and its first picture is there; rejects when it cannot be read. */
export async function playing(video: HTMLVideoElement): Promise<void> {
  const failed = new Promise<never>((_, reject) => {
    video.onerror = () => reject(video.error ?? new Error("the video has no picture"));
  });
  await Promise.race([video.play(), failed]);
  if (video.videoWidth === 0) throw new Error("the video has no picture");
}

/** The picture that the video shows now. */
export function currentImage(video: HTMLVideoElement): FrameImage | undefined {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined;
  return { drawable: video, width: video.videoWidth, height: video.videoHeight, stamp: video.currentTime };
}

function close(video: HTMLVideoElement): void {
  video.onerror = null;
  video.pause();
  if (video.src.startsWith("blob:")) URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  video.load();
}
