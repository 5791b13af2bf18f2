// The zoom of a chart of cells: by gestures, by the buttons below it, and together with other charts.
import { ZOOM, hear, send } from "../browser/events.js";
import { TOUCH } from "./layout.js";

const STEPS = { in: 0.625, out: 1.6 }; // factor by which a button changes the range of each axis
const AXES = ["xaxis", "yaxis"];

export class Zoom {
  /** @param {object} live the `LiveChart` of live_chart.js. */
  constructor(live) {
    this.live = live;
    this.stop = hear(ZOOM, (part) => this.join(part));
  }

  /** The two ends of an axis as it is shown. */
  range(name) {
    return this.live.chart.layout?.[name]?.range;
  }

  relayout(change) {
    this.live.plotly.relayout(this.live.chart, change);
  }

  get isMagnified() {
    const range = this.range("xaxis");
    const { cells } = this.live;
    return Boolean(cells && range && Math.abs(range[1] - range[0]) < cells.columns - 0.01);
  }

  /** The effect of dragging. On a touch screen a finger scrolls the page, or moves the map if it is magnified. */
  get dragMode() {
    if (!this.live.data.zoomable) return false;
    if (TOUCH) return this.isMagnified ? "pan" : false;
    return "zoom";
  }

  /** The ranges of the axes have changed. */
  changed() {
    if (TOUCH && this.live.data.zoomable && this.live.chart.layout.dragmode !== this.dragMode) {
      this.relayout({ dragmode: this.dragMode });
    }
    this.share();
    // For tests: the ranges of the axes in cells.
    if (this.live.cells) this.live.root.dataset.range = AXES.flatMap((name) => this.range(name)).join();
  }

  /** Charts of one layer show the same part of it. */
  share() {
    const { link } = this.live.data;
    if (!link || !this.live.cells) return;
    send(ZOOM, { from: this, link, x: [...this.range("xaxis")], y: [...this.range("yaxis")] });
  }

  join({ from, link, x, y }) {
    if (from === this || link !== this.live.data?.link || !this.live.chart.layout) return;
    const isNear = (name, range) => this.range(name).every((end, index) => Math.abs(end - range[index]) < 1e-6);
    // This also ends the exchange: the other charts' answer to our message changes nothing here.
    if (isNear("xaxis", x) && isNear("yaxis", y)) return;
    this.relayout({ "xaxis.range": x, "yaxis.range": y });
  }

  reset() {
    const { rows, columns } = this.live.cells;
    this.relayout({ "xaxis.range": [-0.5, columns - 0.5], "yaxis.range": [rows - 0.5, -0.5] });
  }

  /** @param {"in" | "out"} direction */
  step(direction) {
    const change = {};
    for (const name of AXES) {
      const [from, to] = this.range(name);
      const middle = (from + to) / 2;
      const half = ((to - from) / 2) * STEPS[direction];
      change[`${name}.range`] = [middle - half, middle + half];
    }
    const [from, to] = change["xaxis.range"];
    if (Math.abs(to - from) >= this.live.cells.columns) this.reset();
    else this.relayout(change);
  }

  close() {
    this.stop();
  }
}
