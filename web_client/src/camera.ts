/** Frames from the visitor's camera. */

import { CameraError, type FrameSource, type Trouble } from "./source";
import { currentImage, playing, quietVideo } from "./video";

const LONG_PX = 1280;
const SHORT_PX = 720;
const FRAMES_A_SEC = 30;

/** The camera that faces the visitor, running; calls `stopped` when it is unplugged or taken away. */
export async function openCamera(portrait: boolean, stopped: () => void): Promise<FrameSource> {
  const media = await askForCamera(portrait);
  const video = quietVideo();
  video.srcObject = media;
  const end = () => {
    for (const track of media.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    await playing(video);
  } catch {
    end();
    throw new CameraError("busy");
  }
  for (const track of media.getVideoTracks()) track.onended = stopped;
  return { kind: "camera", mirrored: true, pauseSecs: 0, image: () => currentImage(video), close: end };
}

/** Calls `ready` whenever a camera is plugged in or allowed after it was not there. */
export async function watchForCamera(ready: () => void): Promise<void> {
  if (!("mediaDevices" in navigator)) return;
  navigator.mediaDevices.addEventListener("devicechange", ready);
  try {
    const permission = await navigator.permissions.query({ name: "camera" });
    permission.addEventListener("change", () => {
      if (permission.state === "granted") ready();
    });
  } catch {
    // Not every browser can be asked about its camera; there the button remains.
  }
}

async function askForCamera(portrait: boolean): Promise<MediaStream> {
  // Browsers hide the whole interface on addresses that are not secure.
  if (!("mediaDevices" in navigator)) throw new CameraError("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        facingMode: "user",
        width: { ideal: portrait ? SHORT_PX : LONG_PX },
        height: { ideal: portrait ? LONG_PX : SHORT_PX },
        frameRate: { ideal: FRAMES_A_SEC, max: FRAMES_A_SEC },
      },
    });
  } catch (error) {
    throw new CameraError(troubleOf(error));
  }
}

/** What a refusal of `getUserMedia` means to a visitor. */
export function troubleOf(error: unknown): Trouble {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "no_camera";
  }
}
