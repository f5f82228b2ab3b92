// Starts the page: token, WebAssembly core, poller, then the components.

import "uplot/dist/uPlot.min.css";
import "./style/theme.css";
import "./style/page.css";
import "./style/editor.css";
import "./style/cards.css";
import { init, Poller } from "bpflens";
import { render } from "preact";
import { App } from "./app.tsx";
import { delayInWorker } from "./background/delay.ts";
import { loadGallery } from "./state/gallery.ts";
import { takeToken } from "./state/token.ts";

async function start(root: HTMLElement): Promise<void> {
  const { token, shownAddress } = takeToken(location.href, sessionStorage);
  history.replaceState(null, "", shownAddress);
  try {
    await init();
  } catch (error) {
    root.textContent = `The WebAssembly core could not be loaded: ${error instanceof Error ? error.message : error}`;
    return;
  }
  const poller = new Poller({
    delay: delayInWorker(),
    pauseWhenHidden: false,
    ...(token === undefined ? {} : { token }),
  });
  render(<App poller={poller} gallery={loadGallery()} hasToken={token !== undefined} />, root);
}

const root = document.getElementById("app");
if (root !== null) void start(root);
