// The layout of a figure for the available width, in the colours of the theme.
import { frameAround } from "../../../vizcore/figures/tiles.js";

const BESIDE = 100; // pixels beside the cells for a colour bar
const BARE = 16; // pixels beside the cells without a colour bar
const AXES = 36; // pixels for the numbers and the name of an axis
const LOWEST = 96; // pixels of height of a flat mosaic, so that the numbers of its colour bar fit
const CROWDED = 130; // pixels of height, up to which five numbers beside a mosaic would touch
const CROWDED_BELOW = 340; // pixels of width, below which five numbers under a chart would touch
const NARROWEST = 200; // pixels of width of a chart
const NARROW = 560; // pixels of width, below which a title takes several lines
const LINE = 22; // height of a line of the title in pixels
const LETTER = 9.5; // width of a letter of the title in pixels
const BELOW = 46; // pixels below the cells for a colour bar on a narrow chart
const WORD = 56; // pixels of a tile, from which its mark is a word
const SMALLEST_NUMBERED = 26; // pixels of a tile, from which it has its number
export const TOUCH = matchMedia("(pointer: coarse)").matches;

/**
 * A figure and the room for it.
 * @typedef {{figure: object, height: number, width: number}} Room
 *   height: the greatest height of cells, or the height of another figure; width: the available width; both in pixels.
 */

/** The numbers of rows and columns of a figure of cells; undefined for other figures, which have their own height. */
export function countCells({ meta, xaxis, yaxis }) {
  return meta ? { columns: xaxis.range[1] + 0.5, rows: yaxis.range[0] + 0.5 } : undefined;
}

/** The lines of the title: several on a narrow screen. The last part, the scale, has its own line there. */
function lines({ figure, width }) {
  const text = figure.layout.title?.text ?? "";
  if (width >= NARROW) return [text];
  const [first, ...parts] = text.split(" · ");
  const list = [first];
  for (const [index, part] of parts.entries()) {
    const longer = `${list.at(-1)} · ${part}`;
    if (index < parts.length - 1 && longer.length * LETTER <= width) list[list.length - 1] = longer;
    else list.push(part);
  }
  return list;
}

/** Height above the axes in pixels. */
function above(room) {
  const { title, margin } = room.figure.layout;
  return title && !title.text ? 8 : margin.t + LINE * (lines(room).length - 1);
}

/**
 * Width and height of the chart in pixels.
 * @param {Room} room
 */
export function size(room) {
  const { layout } = room.figure;
  const width = Math.max(NARROWEST, room.width);
  const cells = countCells(layout);
  if (!cells || layout.meta.kind === "strip") return { width, height: room.height };
  const inner = ((width - beside(room)) * cells.rows) / cells.columns;
  const least = isNarrow(room) ? 0 : LOWEST;
  const around = above(room) + below(room) + axisHeight(room);
  return { width, height: Math.round(Math.min(Math.max(inner, least), room.height) + around) };
}

const hasBar = ({ figure }) => figure.data.some(({ colorbar }) => colorbar);

/** Whether the colour bar is below the cells, where beside them it would take too much of the width. */
const isNarrow = ({ width }) => width < NARROW;

/** Width beside the cells in pixels. */
const beside = (room) => (hasBar(room) && !isNarrow(room) ? BESIDE : BARE);

/** Height of the numbers and the name of the axis below the cells in pixels. */
const axisHeight = ({ figure }) => (figure.layout.xaxis.title ? AXES : 0);

/** Whether the colour bar is below the cells. */
const hasBarBelow = (room) => Boolean(room.figure.layout.meta) && hasBar(room) && isNarrow(room);

/** Height below the cells in pixels, without the numbers of an axis. */
function below(room) {
  return hasBarBelow(room) ? BELOW : room.figure.layout.margin.b;
}

/** Whether a cell is smaller than a pixel of the page, so that cells have to be mixed. */
export function isReduced(room) {
  const { meta } = room.figure.layout;
  return meta?.kind === "mosaic" && !meta.tips && tileWidth(room) < meta.tile[1];
}

/** Width of a tile in pixels. */
function tileWidth(room) {
  const { meta } = room.figure.layout;
  const { columns } = countCells(room.figure.layout);
  return (meta.tile[1] * (Math.max(NARROWEST, room.width) - beside(room))) / columns;
}

/**
 * The part of a layout that depends on the width.
 * @param {Room} room
 */
export function frame(room) {
  const { title, margin } = room.figure.layout;
  return {
    ...size(room),
    margin: { ...margin, t: above(room), b: below(room) + (hasBarBelow(room) ? axisHeight(room) : 0) },
    title: title && { ...title, text: lines(room).join("<br>") },
  };
}

/**
 * The traces of the figure. A low chart gets three numbers beside its colour bar instead of five; the texts on tiles get
 * a size that fits their tiles.
 * @param {Room} room
 */
export function traces(room) {
  const inner = size(room).height - above(room);
  return room.figure.data.map((trace) => {
    if (trace.meta === "numbers" || trace.meta === "marks") return written(trace, tileWidth(room));
    return trace.colorbar ? { ...trace, colorbar: barFor(trace.colorbar, room, inner) } : trace;
  });
}

/** The colour bar of a chart: below the cells, and below their axis, on a narrow one. */
function barFor(bar, room, inner) {
  if (!hasBarBelow(room)) return inner > CROWDED ? bar : withFewNumbers(bar);
  // The unit of this place is the height of the cells.
  const y = -axisHeight(room) / Math.max(1, inner - axisHeight(room) - below(room));
  const lying = { ...bar, orientation: "h", x: 0.5, xanchor: "center", y, yanchor: "top", len: 0.9, title: undefined };
  return room.width < CROWDED_BELOW ? withFewNumbers(lying) : lying;
}

function withFewNumbers(bar) {
  if (bar.tickvals?.length !== 5) return bar;
  const some = (list) => [0, 2, 4].map((index) => list[index]);
  return { ...bar, tickvals: some(bar.tickvals), ticktext: some(bar.ticktext) };
}

/**
 * The texts on tiles: the numbers of the channels, or the marks, which are words where there is room.
 * @param {object} trace
 * @param {number} pixels width of a tile.
 */
function written(trace, pixels) {
  const isNumber = trace.meta === "numbers";
  if (isNumber && pixels < SMALLEST_NUMBERED) return { ...trace, text: [] };
  const letters = Math.round(Math.min(Math.max(pixels * (isNumber ? 0.17 : 0.2), 9), isNumber ? 18 : 22));
  const text = !isNumber && pixels >= WORD ? trace.customdata : trace.text;
  return { ...trace, text, textfont: { ...trace.textfont, size: letters } };
}

/** The frame around the open tile, as a list of shapes. */
function marked(meta, tile, color) {
  if (tile === null || tile === undefined || tile < 0 || meta?.kind !== "mosaic") return [];
  return [{ type: "rect", ...frameAround(meta, tile), line: { color, width: 3 } }];
}

/**
 * The layout in the colours of the theme.
 * @param {Room} room
 * @param {CSSStyleDeclaration} style of the component, with Streamlit's variables.
 * @param {number | null | undefined} selected index of the open tile.
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
