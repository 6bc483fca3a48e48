// The frames that a video really shows, one after another. Seeking and playing are its owner's.
import { frameAt } from '../pure/frames'

/** Calls `shown` with each frame that the video shows, `fps` a second; returns what ends it. */
export function followed(video: HTMLVideoElement, fps: number, shown: (frame: number) => void): () => void {
  let request = 0
  const follow = (_: number, shot: VideoFrameCallbackMetadata) => {
    shown(frameAt(shot.mediaTime, fps))
    request = video.requestVideoFrameCallback(follow)
  }
  request = video.requestVideoFrameCallback(follow)
  return () => video.cancelVideoFrameCallback(request)
}
