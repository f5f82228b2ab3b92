// A page that analyses a script, runs it on its own origin and draws its map as a heat map.

import { analyse, init, Poller } from "bpflens";

const SCRIPT = "interval:ms:100 { @sizes = hist(1000); }";
const WINDOW_MILLIS = 30_000;

await init();
const [map] = analyse(SCRIPT).facts.maps;
document.querySelector("#analysis").textContent = `${map.name} ${map.shape} ${map.semantics}`;

const canvas = document.querySelector("canvas");
const poller = new Poller();
poller.onChange(() => {
  const metric = poller.session.metrics("page").find(({ instances }) => instances > 0);
  if (metric === undefined) return;
  const to = Date.now();
  draw(poller.session.heatMap("page", metric.leaf, { from: to - WINDOW_MILLIS, to }));
});
poller.run("page", SCRIPT);

function draw({ times, buckets, counts, max }) {
  const pen = canvas.getContext("2d");
  const columns = times.length - 1;
  const [width, height] = [canvas.width / columns, canvas.height / buckets.length];
  pen.clearRect(0, 0, canvas.width, canvas.height);
  counts.forEach((count, cell) => {
    const [column, row] = [Math.floor(cell / buckets.length), cell % buckets.length];
    pen.fillStyle = `rgb(0 100 100 / ${count > 0 ? count / max : 0})`;
    pen.fillRect(column * width, canvas.height - (row + 1) * height, width, height);
  });
  canvas.dataset.buckets = JSON.stringify(buckets);
  canvas.dataset.total = String(counts.reduce((sum, count) => sum + (count || 0), 0));
}
