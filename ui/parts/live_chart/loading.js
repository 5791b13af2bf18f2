// plotly.js, once for all charts of a page.
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
 * The library. The next chart tries again if it could not be loaded.
 * @param {string} file below `static/`, compressed.
 */
export function plotly(file) {
  shared.plotly ??= load(file).catch((error) => {
    shared.plotly = undefined;
    throw error;
  });
  return shared.plotly;
}
