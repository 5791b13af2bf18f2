// One living Plotly chart. New values go into it in place (Plotly.react), so zoom and selection stay.

// Where Streamlit's own scripts come from is where the app is, also below a path and inside Community Cloud's frame.
function address(file) {
  const own = document.querySelector('script[src*="static/js/"]');
  return new URL(`app/static/${file}`, own ? new URL("../../", own.src) : document.baseURI);
}

async function load(file) {
  const response = await fetch(address(file));
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

function plotly(file) {
  globalThis.vizcorePlotly ??= load(file).catch((error) => { globalThis.vizcorePlotly = undefined; throw error; });
  return globalThis.vizcorePlotly;
}

const BESIDE = 100, BARE = 16; // pixels for the colour bar beside the cells, or without one
const AXES = 36; // pixels for the numbers and the name of an axis
const LOWEST = 96; // a flat mosaic still has room for the numbers of its colour bar
const ANSWER_LIMIT = 5000; // ms after which the server's word holds again
const REVEAL = 8000; // ms within which an opened channel belongs to the click on its tile
const ABOVE = 12; // pixels between the slider and an opened channel
const NARROW = 560, LINE = 22, LETTER = 9.5;
const TOUCH = matchMedia("(pointer: coarse)").matches;
const number = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)).toString() : "not a number");

// All of a chart but its levels and what they mean under the mouse.
const looks = ({ figure: { data, layout }, selected, revision }) =>
  JSON.stringify([data.map((trace) => ({ ...trace, z: trace.z?.shape })), { ...layout, meta: undefined }, selected, revision]);

// The colours of levels 0 … 255, as a canvas has them; level 0 is transparent.
function table(colorscale) {
  return Uint32Array.from(colorscale, ([, colour], level) => {
    const [red, green, blue] = colour.match(/\d+/g).map(Number);
    return level ? (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0 : 0;
  });
}

class LiveChart {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, { root, chart: find(".chart"), tip: find(".tip"), foot: find(".foot"), note: find(".note"), message: find(".message") });
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(root);
    this.joined = (event) => this.join(event.detail);
    document.addEventListener("vizcore-zoom", this.joined);
    // While a thumb is held, new values come past Streamlit's own elements (follow.js).
    this.follows = ({ detail }) => {
      if (detail.key === this.data?.key) this.update({ ...this.data, ...detail, held: true }, this.tell);
    };
    document.addEventListener("vizcore-follow", this.follows);
    root.addEventListener("keydown", (event) => {
      delete root.dataset.mouse;
      if (event.key === "Enter" && event.target === root && this.pickable) this.ask(this.channel ?? this.meta.channels[0]);
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], count = this.data?.stepping?.[1];
      if (!step || !count) return;
      event.preventDefault();
      this.ask((this.channel + step + count) % count);
    });
    root.addEventListener("pointerdown", () => { root.dataset.mouse = ""; });
    this.foot.addEventListener("click", (event) => this.act(event.target.dataset?.do));
    // A page full of maps must still scroll: over a map the wheel zooms only with Ctrl or ⌘ held.
    root.addEventListener("wheel", (event) => {
      if (!this.data?.wheel && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    }, { capture: true });
  }

  async update(data, setTriggerValue) {
    this.data = data;
    this.tell = setTriggerValue;
    const { meta, xaxis, yaxis } = data.figure.layout;
    this.meta = meta ?? {};
    // Figures of cells say by their axes how many there are; the others have a height of their own.
    this.cells = meta ? { columns: xaxis.range[1] + 0.5, rows: yaxis.range[0] + 0.5 } : undefined;
    this.root.toggleAttribute("data-pickable", this.pickable);
    this.root.tabIndex = data.pickable ? 0 : -1;
    // What was asked for and is not answered yet is newer than what the server says: keys are faster than runs.
    const channel = data.stepping?.[0];
    if (channel === this.asked) this.asked = undefined;
    if (this.asked === undefined) this.channel = channel;
    this.root.dataset.follows = data.key;
    this.root.setAttribute("aria-label", data.description);
    this.root.setAttribute("role", "group");
    let library;
    try {
      library = await plotly(data.plotly);
    } catch {
      this.message.textContent = "The chart could not be loaded. Check the connection and reload the page.";
      return;
    }
    if (this.data !== data || !this.root.isConnected) return; // overtaken by a newer one
    this.plotly = library;
    this.message.hidden = true;
    this.foot.hidden = !data.zoomable;
    this.note.textContent = data.note;
    this.note.hidden = !data.note;
    const drawn = this.shown;
    this.shown = looks(data);
    if (data.held && drawn === this.shown && this.repaint(data.figure.data[0])) return;
    this.foot.querySelector("span").textContent = data.hints[TOUCH ? 1 : 0];
    await library.react(this.chart, this.traces(), this.layout(), {
      displayModeBar: false, scrollZoom: Boolean(data.zoomable), showTips: false, responsive: false,
      // On a mosaic both clicks open a tile; the button below shows the whole map again.
      doubleClick: this.pickable ? false : "reset",
    });
    if (!this.listening) {
      this.listening = true;
      this.chart.on("plotly_hover", (event) => this.hover(event));
      this.chart.on("plotly_unhover", () => { this.tip.hidden = true; });
      this.chart.on("plotly_click", (event) => this.pick(event));
      this.chart.on("plotly_relayout", () => { this.drag(); this.share(); });
    }
    if (data.reveal && performance.now() - (globalThis.vizcorePicked ?? -Infinity) < REVEAL) {
      globalThis.vizcorePicked = undefined;
      const panel = this.root.closest("[class*='-panel']");
      // Below the bar with the slider, which stays in view and is as high as its legend.
      const bar = document.querySelector("[data-testid=stLayoutWrapper]:has(> .st-key-brightness-bar)");
      if (panel && bar) panel.style.scrollMarginTop = `${parseFloat(getComputedStyle(bar).top) + bar.offsetHeight + ABOVE}px`;
      panel?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  // New levels under everything that stays: their picture alone is replaced, in a fraction of the time that drawing the
  // whole chart again takes. Plotly learns of them when the thumb is released.
  repaint({ type, z, colorscale }) {
    const image = this.chart.querySelector(".hm image");
    if (type !== "heatmap" || z?.dtype !== "u1" || !image) return false;
    const [height, width] = z.shape.split(",").map(Number), levels = atob(z.bdata), colours = table(colorscale);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pixels = new ImageData(width, height), to = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < to.length; i += 1) to[i] = colours[levels.charCodeAt(i)];
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    image.setAttribute("href", canvas.toDataURL());
    image.removeAttribute("xlink:href");
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
    return true;
  }

  // Whether there are tiles to open: by a click, or with Enter, which opens the first.
  get pickable() { return Boolean(this.data?.pickable) && this.meta.kind === "mosaic"; }

  traces() {
    const inner = this.size().height - this.above;
    return this.data.figure.data.map((trace) => {
      const bar = trace.colorbar;
      // Five numbers beside a flat mosaic would touch.
      if (bar?.tickvals?.length !== 5 || inner > 130) return trace;
      const some = (list) => [0, 2, 4].map((index) => list[index]);
      return { ...trace, colorbar: { ...bar, tickvals: some(bar.tickvals), ticktext: some(bar.ticktext) } };
    });
  }

  layout() {
    const style = getComputedStyle(this.root), text = style.getPropertyValue("--st-text-color").trim() || "#222";
    const line = style.getPropertyValue("--st-border-color").trim() || "#ccc";
    const given = this.data.figure.layout, axis = (own) => ({ ...own, gridcolor: line, zerolinecolor: line, linecolor: line });
    const layout = {
      ...given, ...this.frame(), uirevision: this.data.revision, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { ...given.font, color: text, family: style.fontFamily },
      dragmode: this.data.zoomable && !(TOUCH && !this.zoomed) ? (TOUCH ? "pan" : "zoom") : false,
      shapes: [...(given.shapes ?? []), ...this.marked(style)],
    };
    for (const key of Object.keys(given)) if (/^[xy]axis\d*$/.test(key)) layout[key] = axis(given[key]);
    // Plotly's own memory (uirevision) knows only what was dragged or scrolled, not what the buttons below did.
    if (this.cells && this.revision === this.data.revision) {
      for (const name of ["xaxis", "yaxis"]) layout[name].range = [...this.chart.layout[name].range];
    }
    this.revision = this.data.revision;
    return layout;
  }

  get above() {
    const { title, margin } = this.data.figure.layout;
    return title && !title.text ? 8 : margin.t + LINE * (this.lines.length - 1);
  }

  // The title's parts in as many lines as a narrow screen needs; the last part, the scale, has one of its own there.
  get lines() {
    const text = this.data.figure.layout.title?.text ?? "", width = this.root.clientWidth;
    if (width >= NARROW) return [text];
    const parts = text.split(" · "), lines = [parts.shift()];
    parts.forEach((part, index) => {
      const longer = `${lines.at(-1)} · ${part}`;
      if (index < parts.length - 1 && longer.length * LETTER <= width) lines[lines.length - 1] = longer;
      else lines.push(part);
    });
    return lines;
  }

  // What depends on the width that there is.
  frame() {
    const { title, margin } = this.data.figure.layout;
    return {
      ...this.size(),
      margin: { ...margin, t: this.above },
      title: title && { ...title, text: this.lines.join("<br>") },
    };
  }

  size() {
    const width = Math.max(200, this.root.clientWidth);
    if (!this.cells || this.meta.kind === "strip") return { width, height: this.data.height };
    const beside = this.data.figure.data.some(({ colorbar }) => colorbar) ? BESIDE : BARE;
    const { rows, columns } = this.cells, inner = ((width - beside) * rows) / columns;
    const { margin, xaxis } = this.data.figure.layout, around = this.above + margin.b + (xaxis.title ? AXES : 0);
    return { width, height: Math.round(Math.min(Math.max(inner, LOWEST), this.data.height) + around) };
  }

  fit() {
    if (!this.plotly || !this.root.clientWidth || this.chart.layout?.width === this.size().width) return;
    this.plotly.relayout(this.chart, this.frame());
  }

  // On a touch screen a finger scrolls the page until the map is magnified; then it moves the map.
  get zoomed() {
    const range = this.chart.layout?.xaxis?.range;
    return Boolean(this.cells && range && Math.abs(range[1] - range[0]) < this.cells.columns - 0.01);
  }

  drag() {
    if (TOUCH && this.data.zoomable && this.chart.layout.dragmode !== (this.zoomed ? "pan" : false)) {
      this.plotly.relayout(this.chart, { dragmode: this.zoomed ? "pan" : false });
    }
  }

  // Charts of one layer show the same part of it.
  share() {
    if (!this.data.link || !this.cells) return;
    const { xaxis, yaxis } = this.chart.layout;
    document.dispatchEvent(new CustomEvent("vizcore-zoom", {
      detail: { from: this, link: this.data.link, x: [...xaxis.range], y: [...yaxis.range] },
    }));
  }

  join({ from, link, x, y }) {
    if (from === this || link !== this.data?.link || !this.chart.layout) return;
    const near = (name, range) => this.chart.layout[name].range.every((end, index) => Math.abs(end - range[index]) < 1e-6);
    // Also the end of the circle: the others' answer to ours changes nothing here.
    if (near("xaxis", x) && near("yaxis", y)) return;
    this.plotly.relayout(this.chart, { "xaxis.range": x, "yaxis.range": y });
  }

  // The frame around the tile that is open.
  marked(style) {
    const tile = this.data.selected;
    if (tile === null || tile === undefined || tile < 0 || this.meta.kind !== "mosaic") return [];
    const [height, width] = this.meta.tile, { columns, gap } = this.meta;
    const x = (tile % columns) * (width + gap) - 0.5, y = Math.floor(tile / columns) * (height + gap) - 0.5;
    return [{ type: "rect", x0: x - gap / 2, x1: x + width + gap / 2, y0: y - gap / 2, y1: y + height + gap / 2,
      line: { color: style.getPropertyValue("--st-primary-color").trim() || "#d60", width: 3 } }];
  }

  // The unit that is drawn at a cell, or undefined on a gap.
  unit(x, y) {
    const { kind, tile, columns, gap, channels } = this.meta;
    if (kind === "strip") return { tile: 0, channel: x, row: 0, column: x };
    const [height, width] = tile, across = Math.floor(x / (width + gap)), down = Math.floor(y / (height + gap));
    const index = down * columns + across, row = y - down * (height + gap), column = x - across * (width + gap);
    if (row >= height || column >= width || index >= channels.length) return undefined;
    return { tile: index, channel: channels[index], row, column };
  }

  // Where a cell lies in the feature map; large maps have one cell for a block of units.
  place({ row, column }) {
    const { block, map } = this.meta;
    if (block === 1) return `row ${row}, column ${column}`;
    const span = (from, size) => `${from * block}–${Math.min((from + 1) * block, size) - 1}`;
    return `rows ${span(row, map[0])}, columns ${span(column, map[1])}`;
  }

  hover(event) {
    const point = event.points.find(({ data }) => data.type === "heatmap");
    if (!point || !["mosaic", "strip"].includes(this.meta.kind)) return;
    const unit = this.unit(point.x, point.y);
    if (!unit || !point.z) { this.tip.hidden = true; return; }
    this.tip.textContent = this.meta.tips ? this.meta.tips[unit.tile] : this.told(unit, point);
    this.tip.hidden = false;
    const box = this.root.getBoundingClientRect(), { clientX, clientY } = event.event;
    const left = Math.min(Math.max(0, clientX - box.left + 12), box.width - this.tip.offsetWidth);
    Object.assign(this.tip.style, { left: `${left}px`, top: `${clientY - box.top - 34}px` });
  }

  // The value at a cell, which the level there stands for.
  told(unit, point) {
    const low = this.meta.lows[unit.tile], high = this.meta.highs[unit.tile];
    const beyond = (point.z === 255 && this.meta.above) ? "≥ " : (point.z === 1 && this.meta.below) ? "≤ " : "";
    // The tutorial cuts fractions off: the value lies between this level and the next.
    const half = this.meta.scale === "tutorial" && point.z < 255 ? 0.5 : 0;
    const value = `${this.meta.block > 1 ? "mean " : ""}${beyond}${number(low + ((high - low) * (point.z - 1 + half)) / 254)}`;
    return this.meta.kind === "strip" ? `unit ${unit.channel} · ${value}`
      : `channel ${unit.channel} · ${this.place(unit)} · ${value}`;
  }

  pick(event) {
    const point = event.points.find(({ data }) => data.type === "heatmap");
    if (!point || !this.pickable) return;
    const unit = this.unit(point.x, point.y);
    if (!unit) return;
    this.root.focus({ preventScroll: true });
    globalThis.vizcorePicked = performance.now();
    this.ask(unit.channel);
  }

  ask(channel) {
    this.channel = this.asked = channel;
    clearTimeout(this.limit);
    this.limit = setTimeout(() => { this.asked = undefined; }, ANSWER_LIMIT);
    this.tell("picked", channel);
  }

  act(what) {
    if (!this.plotly) return;
    if (what === "svg") {
      const background = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim() || "#fff";
      const { data, layout } = this.chart, { width, height } = this.size();
      this.plotly.downloadImage({ data, layout: { ...layout, paper_bgcolor: background } },
        { format: "svg", filename: this.data.file, width, height });
    } else if (what === "reset") {
      const { rows, columns } = this.cells;
      this.plotly.relayout(this.chart, { "xaxis.range": [-0.5, columns - 0.5], "yaxis.range": [rows - 0.5, -0.5] });
    } else if (what) {
      const factor = what === "in" ? 0.625 : 1.6, change = {};
      for (const name of ["xaxis", "yaxis"]) {
        const [from, to] = this.chart.layout[name].range, middle = (from + to) / 2, half = ((to - from) / 2) * factor;
        change[`${name}.range`] = [middle - half, middle + half];
      }
      if (Math.abs(change["xaxis.range"][1] - change["xaxis.range"][0]) >= this.cells.columns) { this.act("reset"); return; }
      this.plotly.relayout(this.chart, change);
    }
  }

  close() {
    document.removeEventListener("vizcore-zoom", this.joined);
    document.removeEventListener("vizcore-follow", this.follows);
    this.sizes.disconnect();
    clearTimeout(this.limit);
    this.plotly?.purge(this.chart);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".vizcore-chart");
  root.live ??= new LiveChart(root);
  root.live.update(data, setTriggerValue);
  // Called also for a run that was overtaken by the next one: only what has left the page is closed.
  return () => setTimeout(() => { if (!root.isConnected) root.live.close(); });
}
