// The unit at a cell of a mosaic or a strip, and the value of its level. This module does not know a page, since
// the app's charts and exported pages both use it. In Python: `Mosaic.position_of`, the other way, and `Mosaic.value_of`.

/**
 * The meta data of a figure of cells, as made in vizcore/figures/mosaics.py.
 * @typedef {object} Meta
 * @property {"mosaic" | "strip"} kind tiles, or one row of units.
 * @property {[number, number]} tile height and width of a tile, in cells.
 * @property {number} columns tiles in a row.
 * @property {number} gap cells between neighbouring tiles.
 * @property {number[]} channels the channel of each tile.
 * @property {number[]} lows the value of level 1 of each tile.
 * @property {number[]} highs the value of level 255 of each tile.
 * @property {number} block units on the side of the square that a cell is the mean of.
 * @property {[number, number]} map height and width of a feature map, in units.
 * @property {string} scale the name of what the scale spans.
 * @property {string} contrast "linear" or "square root".
 * @property {boolean} signed whether zero is in the middle of the scale.
 * @property {boolean} below whether a value at level 1 may lie below it.
 * @property {boolean} above whether a value at level 255 may lie above it.
 * @property {string[] | undefined} tips a text for each tile, in place of a unit's value.
 */

/**
 * The unit that is drawn at a cell, or undefined on a gap, an unused place or outside.
 * @param {Meta} meta
 * @param {number} x column of the cell.
 * @param {number} y row of the cell.
 * @returns {{tile: number, channel: number, row: number, column: number} | undefined} row, column: in its tile.
 */
export function unitAt(meta, x, y) {
  const { kind, tile, columns, gap, channels } = meta;
  const [height, width] = tile;
  const across = Math.floor(x / (width + gap));
  const down = Math.floor(y / (height + gap));
  const index = down * columns + across;
  const row = y - down * (height + gap);
  const column = x - across * (width + gap);
  if (x < 0 || y < 0 || across >= columns || index >= channels.length) return undefined;
  if (row >= height || column >= width) return undefined;
  // A strip has one channel, and its columns are the units.
  return { tile: index, channel: kind === "strip" ? column : channels[index], row, column };
}

/**
 * The rows and columns of the feature map that are drawn at a cell: the first and the last; undefined on a gap or
 * outside, and for a strip.
 * @param {Meta} meta of a mosaic or of a large channel, whose cells are tile, block and map alone.
 * @param {number} x column of the cell.
 * @param {number} y row of the cell.
 * @returns {{rows: [number, number], columns: [number, number]} | undefined}
 */
export function unitsAt(meta, x, y) {
  const { kind, block = 1, tile, map = tile } = meta;
  const cell = kind === "channel" ? { row: Math.round(y), column: Math.round(x) } : unitAt(meta, x, y);
  if (kind === "strip" || !cell) return undefined;
  const span = (from, size) => [from * block, Math.min((from + 1) * block, size) - 1];
  const [rows, columns] = [span(cell.row, map[0]), span(cell.column, map[1])];
  const isInside = rows[0] >= 0 && columns[0] >= 0 && rows[0] <= rows[1] && columns[0] <= columns[1];
  return isInside ? { rows, columns } : undefined;
}

/**
 * The value that a level stands for, in the layer's own units. On the tutorial's scale, which cuts fractions off, it
 * is the middle between this level and the next.
 * @param {Meta} meta
 * @param {number} tile
 * @param {number} level 1 … 255.
 */
export function valueOf(meta, tile, level) {
  const low = meta.lows[tile];
  const half = meta.scale === "tutorial" && level < 255 ? 0.5 : 0;
  return low + (meta.highs[tile] - low) * unbent(meta, (level - 1 + half) / 254);
}

/** The share of a range, 0 … 1, that is drawn at a share of the colours, 0 … 1. */
function unbent({ contrast, signed }, share) {
  if (contrast !== "square root") return share;
  if (!signed) return share * share;
  const fromZero = 2 * share - 1;
  return (1 + fromZero * Math.abs(fromZero)) / 2;
}

/** A number as text, with three significant digits: a level does not resolve more. */
export function numberText(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : "not a number";
}

/** The place of a cell in the feature map; in large maps a cell stands for a block of units. */
function placeOf({ block, map }, { row, column }) {
  if (block === 1) return `row ${row}, column ${column}`;
  const span = (from, size) => `${from * block}–${Math.min((from + 1) * block, size) - 1}`;
  return `rows ${span(row, map[0])}, columns ${span(column, map[1])}`;
}

/**
 * The text for a cell; empty on a gap.
 * @param {Meta} meta
 * @param {number} x column of the cell.
 * @param {number} y row of the cell.
 * @param {number} level 0 … 255; 0 carries no value.
 */
export function cellText(meta, x, y, level) {
  const unit = unitAt(meta, x, y);
  if (!unit || !level) return "";
  if (meta.tips) return meta.tips[unit.tile];
  // A value at an end of a scale that clips may lie beyond.
  let sign = "≈";
  if (level === 255 && meta.above) sign = "≥";
  else if (level === 1 && meta.below) sign = "≤";
  const ends = [meta.lows[unit.tile], meta.highs[unit.tile]].map(numberText).join(" … ");
  const mean = meta.block > 1 ? "mean " : "";
  const value = `${mean}${sign} ${numberText(valueOf(meta, unit.tile, level))} (scale ${ends})`;
  if (meta.kind === "strip") return `unit ${unit.channel} · ${value}`;
  return `channel ${unit.channel} · ${placeOf(meta, unit)} · ${value}`;
}

/**
 * The rectangle around a tile, in cells.
 * @param {Meta} meta
 * @param {number} tile
 */
export function frameAround({ tile: [height, width], columns, gap }, tile) {
  const x = (tile % columns) * (width + gap) - 0.5;
  const y = Math.floor(tile / columns) * (height + gap) - 0.5;
  return { x0: x - gap / 2, x1: x + width + gap / 2, y0: y - gap / 2, y1: y + height + gap / 2 };
}
