// Everything of plotly.js that is not published and that our JavaScript relies on. Read off plotly.js 4 of Plotly 7.1.0;
// tests/browser/test_streamlit_dom.py asks the installed version.

/** The picture that Plotly draws of a heatmap: one pixel a cell, stretched over the cells. */
const CELLS = ".hm image";

/**
 * The picture under the axes of a chart that has one heatmap, or null.
 * @param {HTMLElement} chart as Plotly has drawn it.
 */
export function cellsOf(chart) {
  return chart.querySelector(CELLS);
}

/**
 * Put other cells in place of those.
 * @param {SVGImageElement} cells
 * @param {HTMLCanvasElement} picture one pixel a cell.
 */
export function replaceCells(cells, picture) {
  cells.setAttribute("href", picture.toDataURL());
  cells.removeAttribute("xlink:href");
}
