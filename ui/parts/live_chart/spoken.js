// What a chart says to a screen reader, as functions without a page.
import { numberText } from "../../../vizcore/figures/tiles.js";

const AXIS = /^[xy]axis\d*$/;
const DIGITS = 3; // significant digits of a spoken number

const rounded = (value) => numberText(Number(value.toPrecision(DIGITS))).replace("-", "−");
const fromTo = (low, high) => `from ${rounded(low)} to ${rounded(high)}`;
const isRange = (range) => range?.length === 2 && range.every((end) => Number.isFinite(end));

/** The values that the colours of a mosaic or a strip stand for; empty if its tiles have none. */
function scaleOf({ lows, highs }) {
  if (!lows?.length) return "";
  const isShared = [lows, highs].every((list) => list.every((value) => value === list[0]));
  return isShared ? `scale ${fromTo(lows[0], highs[0])}` : "each channel on a scale of its own";
}

/** The texts of the axes with a title and of the colour bar, each with its two ends; without any, the upright axis. */
function rangesOf(data, layout) {
  const hasNumbers = ({ range, type, ticktext }) =>
    isRange(range) && !ticktext && type !== "category" && type !== "log";
  const axes = Object.entries(layout).filter(([key, axis]) => AXIS.test(key) && hasNumbers(axis));
  const titled = axes.filter(([, { title }]) => title?.text);
  const texts = (titled.length ? titled : axes.filter(([key]) => key === "yaxis")).map(
    ([, { range, title }]) => `${title?.text ?? "values"} ${fromTo(Math.min(...range), Math.max(...range))}`,
  );
  const bars = data.filter(({ zmin, zmax, colorbar }) => colorbar?.title?.text && isRange([zmin, zmax]));
  texts.push(...bars.map(({ zmin, zmax, colorbar }) => `${colorbar.title.text} ${fromTo(zmin, zmax)}`));
  return [...new Set(texts.map((text) => text.replace(/<[^>]*>|&nbsp;/g, "").trim()))];
}

/**
 * What is drawn in a chart, and the range of its values.
 * @param {string} description of the chart in Python.
 * @param {{data: object[], layout: object}} figure as Plotly has drawn it: its axes have ranges.
 */
export function described(description, { data, layout }) {
  const kind = layout.meta?.kind;
  const ranges = kind === "mosaic" || kind === "strip" ? [scaleOf(layout.meta)] : rangesOf(data, layout);
  return [description, ...ranges.filter(Boolean)].join(". ");
}

/**
 * A tile in words: its channel, its place, and what is known of it.
 * @param {object} meta of tiles.js.
 * @param {number} tile index of the tile.
 * @param {{layer: string, noun: string}} names noun: "channel" or "unit".
 */
export function tileText(meta, tile, { layer, noun }) {
  const { channels, tips, lows, highs } = meta;
  const place = `${noun} ${channels[tile]} of ${layer}, tile ${tile + 1} of ${channels.length}`;
  // A tip begins with the channel, which has been said.
  if (tips) return [place, ...tips[tile].split(" · ").slice(1)].join(", ");
  const isShared = [lows, highs].every((list) => list.every((value) => value === list[0]));
  return isShared ? place : `${place}, ${fromTo(lows[tile], highs[tile])}`;
}
