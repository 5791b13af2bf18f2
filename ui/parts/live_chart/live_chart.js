// One living Plotly chart. New values replace the old ones in place (Plotly.react), so zoom and selection stay.
import { cellText, unitAt, unitsAt } from "../../../vizcore/figures/tiles.js";
import { FIELD, FOLLOW, dated, hear, send, shared } from "../browser/events.js";
import { mounted } from "../browser/mounting.js";
import { cellsOf, mixCells } from "../browser/plotly_internals.js";
import { BRIGHTNESS_BAR, PAGE_LINK, SENT_AFTER } from "../browser/streamlit_dom.js";
import { TOUCH, countCells, isReduced, size, themed, traces } from "./layout.js";
import { Keys } from "./keys.js";
import { looks, repaint } from "./levels.js";
import { plotly } from "./loading.js";
import { fileName } from "./file_name.js";
import { described } from "./spoken.js";
import { Zoom } from "./zoom.js";

const ANSWER_LIMIT = 5000; // ms after which the server's channel counts again
const REVEAL = 8000; // ms after a click on a tile, within which the channel that opens belongs to the click
const PANEL = "[class*='-panel']"; // the panel of an opened channel
const ABOVE = 12; // pixels between the slider and an opened channel
const DESCRIBED = new Set(["mosaic", "strip"]);

/** The cell that an event of Plotly belongs to. */
const cellIn = ({ points }) => points.find(({ data }) => data.type === "heatmap");

class LiveChart {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.chart = find(".chart");
    this.tip = find(".tip");
    this.foot = find(".foot");
    this.note = find(".note");
    this.message = find(".message");
    this.zoom = new Zoom(this);
    this.keys = new Keys(this);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(root);
    // While a thumb is held, new values do not come from Streamlit but from follow.js.
    this.stop = hear(FOLLOW, (values) => {
      if (values.key === this.data?.key) this.update({ ...this.data, ...values, held: true }, this.tell);
    });
    this.foot.addEventListener("click", (event) => this.act(event.target.dataset?.do));
    // A page full of maps must scroll, so the wheel zooms a map only with Ctrl or ⌘ held.
    const keepScrolling = (event) => {
      if (!this.data?.wheel && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    };
    root.addEventListener("wheel", keepScrolling, { capture: true });
  }

  get meta() {
    return this.data?.figure.layout.meta ?? {};
  }

  /** The numbers of rows and columns, in a figure of cells. */
  get cells() {
    return countCells(this.data.figure.layout);
  }

  get room() {
    return { figure: this.data.figure, height: this.data.height, width: this.root.clientWidth };
  }

  /** Whether there are tiles to open. A click opens its tile; keys.js walks over them. */
  get pickable() {
    return Boolean(this.data?.pickable) && this.meta.kind === "mosaic";
  }

  async update(data, tell) {
    this.data = data;
    this.tell = tell;
    this.describe();
    let library;
    try {
      library = await plotly(data.plotly);
    } catch {
      this.message.textContent = "The chart could not be loaded. Check the connection and reload the page.";
      this.root.removeAttribute("data-busy");
      return;
    }
    if (this.data !== data || !this.root.isConnected) return; // newer data has arrived, or the chart has left the page
    this.plotly = library;
    await this.draw();
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
    if (this.data === data) this.root.removeAttribute("data-busy");
  }

  /** Set the attributes that do not depend on the drawn chart. */
  describe() {
    const { key, description, heading, name, pickable, stepping } = this.data;
    // For tests and benchmarks: the chart is busy until it is drawn.
    this.root.toggleAttribute("data-busy", true);
    this.root.toggleAttribute("data-pickable", this.pickable);
    // A channel that was asked for and is not answered yet is newer than the server's: keys are faster than runs.
    const channel = stepping?.[0];
    if (channel === this.asked) {
      if (channel !== undefined) this.keys.say(`${this.data.picking.noun} ${channel} opened`);
      this.asked = undefined;
    }
    if (this.asked === undefined) this.channel = channel;
    this.root.dataset.follows = key;
    const title = this.root.querySelector("h2");
    title.textContent = heading;
    title.hidden = !heading;
    // Without this role a screen reader keeps the arrow keys to itself.
    this.chart.setAttribute("role", pickable ? "application" : "img");
    if (pickable) this.chart.tabIndex = 0;
    if (!this.chart.ariaLabel) this.chart.ariaLabel = description;
    for (const button of this.foot.querySelectorAll("button")) {
      button.ariaLabel = name ? `${button.dataset.name}, ${name}` : button.dataset.name;
    }
  }

  async draw() {
    const { data } = this;
    this.message.hidden = true;
    this.foot.hidden = !data.zoomable;
    this.note.textContent = data.note;
    this.note.hidden = !data.note;
    const drawn = this.shown;
    this.shown = looks(data);
    if (data.held && drawn === this.shown && repaint(this.chart, data.figure.data[0])) return;
    this.foot.querySelector("span").textContent = data.hints[TOUCH ? 1 : 0];
    await this.react();
    this.listen();
    if (data.reveal) this.reveal();
  }

  async react() {
    await this.plotly.react(this.chart, traces(this.room), this.layout(), {
      displayModeBar: false,
      scrollZoom: Boolean(this.data.zoomable),
      showTips: false,
      responsive: false,
      // On a mosaic each click of a double click opens a tile; the button below shows the whole map again.
      doubleClick: this.pickable ? false : "reset",
    });
    this.chart.ariaLabel = described(this.data.description, this.chart);
    for (const child of this.chart.children) child.ariaHidden = "true";
    this.mix();
  }

  /** Small tiles are not drawn as sharp squares: every second cell would be left out. A magnified map is. */
  mix() {
    const cells = cellsOf(this.chart);
    if (cells) mixCells(cells, isReduced(this.room) && !this.zoom.isMagnified);
  }

  layout() {
    const { revision, selected } = this.data;
    const layout = themed(this.room, getComputedStyle(this.root), selected);
    Object.assign(layout, { uirevision: revision, dragmode: this.zoom.dragMode });
    // Plotly itself (uirevision) remembers a zoom by dragging or scrolling, but not a zoom by the buttons below.
    if (this.cells && this.revision === revision) {
      for (const name of ["xaxis", "yaxis"]) layout[name].range = [...this.zoom.range(name)];
    }
    this.revision = revision;
    return layout;
  }

  listen() {
    if (this.isListening) return;
    this.isListening = true;
    this.chart.on("plotly_hover", (event) => this.hover(event));
    this.chart.on("plotly_unhover", () => {
      this.tip.hidden = true;
      send(FIELD, null);
    });
    this.chart.on("plotly_click", (event) => this.pick(event));
    this.chart.on("plotly_relayout", () => {
      this.zoom.changed();
      this.mix();
    });
    this.chart.on("plotly_afterplot", () => this.keys.place());
  }

  /** Scroll a channel into view that was opened by a click on its tile. */
  reveal() {
    if (performance.now() - shared.pickedAt >= REVEAL) return;
    shared.pickedAt = -Infinity;
    const panel = this.root.closest(PANEL);
    if (!panel) return;
    this.keepBelowBar(panel);
    panel.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  /** Let an element that is scrolled into view stop below the bar with the slider. The bar's height depends on its legend. */
  keepBelowBar(element) {
    const bar = document.querySelector(BRIGHTNESS_BAR);
    if (bar) element.style.scrollMarginTop = `${parseFloat(getComputedStyle(bar).top) + bar.offsetHeight + ABOVE}px`;
  }

  fit() {
    if (!this.plotly || !this.root.clientWidth || this.chart.layout?.width === size(this.room).width) return;
    // The texts on tiles have another size, too, so the whole chart is drawn again.
    this.react();
  }

  hover(event) {
    const point = cellIn(event);
    if (!point) return;
    const layer = this.data.picking?.layer;
    const units = layer ? unitsAt(this.meta, point.x, point.y) : undefined;
    send(FIELD, units ? { layer, ...units } : null);
    if (!DESCRIBED.has(this.meta.kind)) return;
    const text = cellText(this.meta, point.x, point.y, point.z);
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const box = this.root.getBoundingClientRect();
    const { clientX, clientY } = event.event;
    const left = Math.min(Math.max(0, clientX - box.left + 12), box.width - this.tip.offsetWidth);
    Object.assign(this.tip.style, { left: `${left}px`, top: `${clientY - box.top - 34}px` });
  }

  pick(event) {
    const point = cellIn(event);
    if (point && this.data.enterable && this.meta.kind === "channel") {
      const units = unitsAt(this.meta, point.x, point.y);
      if (units) this.enter(units.rows[0], units.columns[0]);
      return;
    }
    if (!point || !this.pickable) return;
    const unit = unitAt(this.meta, point.x, point.y);
    if (!unit) return;
    this.keys.tile = unit.tile;
    this.chart.focus({ preventScroll: true });
    this.open(unit.channel, this.cellOf(point));
  }

  /** Row and column of the unit that was clicked in a tile; undefined where a cell of the tile is several units. */
  cellOf(point) {
    const units = this.data.hasCells && !this.meta.tips ? unitsAt(this.meta, point.x, point.y) : undefined;
    const isOne = units && [units.rows, units.columns].every(([first, last]) => first === last);
    return isOne ? [units.rows[0], units.columns[0]] : undefined;
  }

  /** Tell Python the cell, and follow the link of the panel to the page that shows cells. */
  enter(row, column) {
    this.tell("entered", [row, column]);
    const panel = this.root.closest(PANEL);
    setTimeout(() => panel?.querySelector(`a${PAGE_LINK}`)?.click(), SENT_AFTER);
  }

  /** Open the channel of a tile and bring its panel into view. */
  open(channel, cell) {
    shared.pickedAt = performance.now();
    this.ask(channel, cell);
  }

  /** Ask Python to open a channel, with the cell that was clicked if there is one. */
  ask(channel, cell) {
    this.channel = channel;
    this.asked = channel;
    clearTimeout(this.limit);
    this.limit = setTimeout(() => {
      this.asked = undefined;
    }, ANSWER_LIMIT);
    this.tell("picked", cell ? [channel, ...cell] : channel);
  }

  /** Do the action of a button below the chart: "in", "out", "reset" or "svg". */
  act(what) {
    if (!this.plotly) return;
    if (what === "svg") this.download();
    else if (what === "reset") this.zoom.reset();
    else if (what) this.zoom.step(what);
  }

  download() {
    const background = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim() || "#fff";
    const { data, layout } = this.chart;
    this.plotly.downloadImage(
      { data, layout: { ...layout, paper_bgcolor: background } },
      { format: "svg", filename: fileName(this.data.file, location), ...size(this.room) },
    );
  }

  close() {
    this.zoom.close();
    this.keys.close();
    this.stop();
    this.sizes.disconnect();
    clearTimeout(this.limit);
    this.plotly?.purge(this.chart);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".vizcore-chart");
  const [live, leave] = mounted(root, () => new LiveChart(root));
  live.update(data, dated(setTriggerValue));
  return leave;
}
