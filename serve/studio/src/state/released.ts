// Videos that leave the page.

/** An attachment: what leaves lets go of its decoder and its connection at once, not when it is collected. */
export function released(video: HTMLVideoElement): () => void {
  return () => {
    video.pause()
    video.removeAttribute('src')
    video.load()
  }
}
