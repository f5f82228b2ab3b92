// A page that analyses a script, runs it on its own origin and draws its map as a line.

import { analyse, init, Poller, type SeriesFrame, statusText } from "bpflens";

const SCRIPT = "interval:ms:100 { @ticks = count(); }";
const WINDOW_MILLIS = 30_000;

await init();
const [map] = analyse(SCRIPT).facts.maps;
const analysis = document.querySelector("#analysis");
if (analysis) analysis.textContent = `${map?.name} ${map?.shape} ${map?.semantics}`;

const canvas = document.querySelector("canvas");
const poller = new Poller();
poller.onChange(() => {
  document.title = statusText(poller.session.status("page", Date.now())).state;
  const metric = poller.session.metrics("page").find(({ instances }) => instances > 0);
  if (!metric || !canvas) return;
  const to = Date.now();
  draw(canvas, poller.session.timeSeries("page", metric.leaf, { from: to - WINDOW_MILLIS, to }));
});
poller.run("page", SCRIPT);

/** A counter is drawn as its increase per second. */
function draw(canvas: HTMLCanvasElement, { times, series, unit }: SeriesFrame): void {
  const pen = canvas.getContext("2d");
  const [line] = series;
  const end = times.at(-1);
  if (!pen || !line || end === undefined) return;
  const points = [...line.values].map((value, place) => ({
    x: canvas.width * (1 - (end - (times[place] ?? end)) / WINDOW_MILLIS),
    y: canvas.height * (1 - value / 20),
  }));
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.beginPath();
  for (const { x, y } of points) if (!Number.isNaN(y)) pen.lineTo(x, y);
  pen.stroke();
  canvas.dataset.unit = unit;
  canvas.dataset.latest = String(line.values.at(-1));
}
