// A figure as it is drawn in the width that there is, in the colours of the theme.
import { frameAround } from "../../../vizcore/figures/tiles.js";

const BESIDE = 100; // pixels for the colour bar beside the cells
const BARE = 16; // and without one
const AXES = 36; // pixels for the numbers and the name of an axis
const LOWEST = 96; // a flat mosaic still has room for the numbers of its colour bar
const CROWDED = 130; // pixels of height, up to which five numbers beside a mosaic would touch
const NARROWEST = 200;
const NARROW = 560; // pixels of width, below which a title takes several lines
const LINE = 22; // pixels of height of a line of the title
const LETTER = 9.5; // pixels of width of one of its letters
export const TOUCH = matchMedia("(pointer: coarse)").matches;

/**
 * A figure and the room for it.
 * @typedef {{figure: object, height: number, width: number}} Room
 *   height: the most that cells take, or all that another figure takes; width: what there is; both in pixels.
 */

/** How many cells a figure of cells has; undefined for others, which have a height of their own. */
export function countCells({ meta, xaxis, yaxis }) {
  return meta ? { columns: xaxis.range[1] + 0.5, rows: yaxis.range[0] + 0.5 } : undefined;
}

/** The title's parts in as many lines as a narrow screen needs; the last part, the scale, has one of its own there. */
function lines({ figure, width }) {
  const text = figure.layout.title?.text ?? "";
  if (width >= NARROW) return [text];
  const [first, ...parts] = text.split(" · ");
  const found = [first];
  for (const [index, part] of parts.entries()) {
    const longer = `${found.at(-1)} · ${part}`;
    if (index < parts.length - 1 && longer.length * LETTER <= width) found[found.length - 1] = longer;
    else found.push(part);
  }
  return found;
}

/** Pixels above the axes. */
function above(room) {
  const { title, margin } = room.figure.layout;
  return title && !title.text ? 8 : margin.t + LINE * (lines(room).length - 1);
}

/** @param {Room} room */
export function size(room) {
  const { data, layout } = room.figure;
  const width = Math.max(NARROWEST, room.width);
  const cells = countCells(layout);
  if (!cells || layout.meta.kind === "strip") return { width, height: room.height };
  const beside = data.some(({ colorbar }) => colorbar) ? BESIDE : BARE;
  const inner = ((width - beside) * cells.rows) / cells.columns;
  const around = above(room) + layout.margin.b + (layout.xaxis.title ? AXES : 0);
  return { width, height: Math.round(Math.min(Math.max(inner, LOWEST), room.height) + around) };
}

/**
 * The part of a layout that depends on the width.
 * @param {Room} room
 */
export function frame(room) {
  const { title, margin } = room.figure.layout;
  return {
    ...size(room),
    margin: { ...margin, t: above(room) },
    title: title && { ...title, text: lines(room).join("<br>") },
  };
}

/** @param {Room} room */
export function traces(room) {
  const inner = size(room).height - above(room);
  const some = (list) => [0, 2, 4].map((index) => list[index]);
  return room.figure.data.map((trace) => {
    const bar = trace.colorbar;
    if (bar?.tickvals?.length !== 5 || inner > CROWDED) return trace;
    return { ...trace, colorbar: { ...bar, tickvals: some(bar.tickvals), ticktext: some(bar.ticktext) } };
  });
}

/** The frame around the tile that is open. */
function marked(meta, tile, color) {
  if (tile === null || tile === undefined || tile < 0 || meta?.kind !== "mosaic") return [];
  return [{ type: "rect", ...frameAround(meta, tile), line: { color, width: 3 } }];
}

/**
 * The layout in the colours of the theme.
 * @param {Room} room
 * @param {CSSStyleDeclaration} style of the component, with Streamlit's variables.
 * @param {number | null | undefined} selected the tile that is open.
 */
export function themed(room, style, selected) {
  const given = room.figure.layout;
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const line = colour("--st-border-color", "#ccc");
  const layout = {
    ...given,
    ...frame(room),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...given.font, color: colour("--st-text-color", "#222"), family: style.fontFamily },
    shapes: [...(given.shapes ?? []), ...marked(given.meta, selected, colour("--st-primary-color", "#d60"))],
  };
  for (const [key, axis] of Object.entries(given)) {
    if (/^[xy]axis\d*$/.test(key)) layout[key] = { ...axis, gridcolor: line, zerolinecolor: line, linecolor: line };
  }
  return layout;
}
