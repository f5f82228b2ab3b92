// The worker behind `delayInWorker`: sends each id back when its time has passed.

addEventListener("message", ({ data }: MessageEvent<{ id: number; millis: number }>) => {
  setTimeout(() => postMessage(data.id), data.millis);
});
