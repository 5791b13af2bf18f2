// Loads plotly.js once for all charts of a page.
import { shared } from "../browser/events.js";
import { staticFile } from "../browser/streamlit_dom.js";

async function load(file) {
  const response = await fetch(staticFile(file));
  if (!response.ok) throw new Error(`${response.status}`);
  const script = await new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).blob();
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(element);
  });
  URL.revokeObjectURL(url);
  return globalThis.Plotly;
}

/**
 * The library. If it could not be loaded, the next chart tries again.
 * @param {string} file name of the compressed file in `static/`.
 */
export function plotly(file) {
  shared.plotly ??= load(file).catch((error) => {
    shared.plotly = undefined;
    throw error;
  });
  return shared.plotly;
}
