// Every unpublished detail of plotly.js that our JavaScript relies on. Read off plotly.js 4 of Plotly 7.1.0;
// tests/browser/test_streamlit_dom.py checks the installed version.

/** The picture that Plotly draws for a heatmap: one pixel for each cell, stretched over the cells. */
const CELLS = ".hm image";

/** The rectangle under the axes of a chart, which takes the mouse. */
const AREA = ".nsewdrag";

/**
 * The picture under the axes of a chart that has one heatmap, or null.
 * @param {HTMLElement} chart as Plotly has drawn it.
 */
export function cellsOf(chart) {
  return chart.querySelector(CELLS);
}

/**
 * Choose how the picture of the cells is drawn: as sharp squares, or mixed where it is drawn smaller than it is.
 * @param {SVGImageElement} cells from `cellsOf`.
 * @param {boolean} isMixed
 */
export function mixCells(cells, isMixed) {
  cells.style.setProperty("image-rendering", isMixed ? "auto" : "pixelated");
}

/**
 * The place of the cells or lines of a chart on the screen, without titles and axes; undefined before it is drawn.
 * @param {HTMLElement} chart as Plotly has drawn it.
 */
export function plotArea(chart) {
  return chart.querySelector(AREA)?.getBoundingClientRect();
}

/**
 * Replace the picture of the cells.
 * @param {SVGImageElement} cells from `cellsOf`.
 * @param {HTMLCanvasElement} picture one pixel for each cell.
 */
export function replaceCells(cells, picture) {
  cells.setAttribute("href", picture.toDataURL());
  cells.removeAttribute("xlink:href");
}
