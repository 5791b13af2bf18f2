// New levels under everything of a chart that stays.
import { cellsOf, replaceCells } from "../browser/plotly_internals.js";

/** All of a chart but its levels and what they mean under the mouse, as one text. */
export function looks({ figure: { data, layout }, selected, revision }) {
  const traces = data.map((trace) => ({ ...trace, z: trace.z?.shape }));
  return JSON.stringify([traces, { ...layout, meta: undefined }, selected, revision]);
}

/** The colours of levels 0 … 255, as a canvas has them; level 0 is transparent. */
function table(colorscale) {
  return Uint32Array.from(colorscale, ([, colour], level) => {
    const [red, green, blue] = colour.match(/\d+/g).map(Number);
    return level ? (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0 : 0;
  });
}

/**
 * Replace the picture of a heatmap's levels alone, in a fraction of the time that drawing the whole chart again takes.
 * Plotly learns of them when the thumb is released.
 * @param {HTMLElement} chart as Plotly has drawn it.
 * @param {object} trace the first of the new figure.
 * @returns {boolean} whether that was possible.
 */
export function repaint(chart, { type, z, colorscale }) {
  const cells = cellsOf(chart);
  if (type !== "heatmap" || z?.dtype !== "u1" || !cells) return false;
  const [height, width] = z.shape.split(",").map(Number);
  const levels = atob(z.bdata);
  const colours = table(colorscale);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pixels = new ImageData(width, height);
  const to = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < to.length; i += 1) to[i] = colours[levels.charCodeAt(i)];
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  replaceCells(cells, canvas);
  return true;
}
