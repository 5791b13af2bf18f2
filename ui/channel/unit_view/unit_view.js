// One cell of a channel: where it looks on the picture, and the arithmetic that makes it. Everything is computed here from
// the layer's inputs, so that a pointer that moves over the map needs no run of the page. The cell that is chosen by a
// click or a key is told to Python, which keeps it in the address.
import { opens } from "../../parts/browser/channel_link.js";
import { dated } from "../../parts/browser/events.js";
import { follows } from "../../parts/browser/following.js";
import { mounted } from "../../parts/browser/mounting.js";
import { PAGE_LINK } from "../../parts/browser/streamlit_dom.js";
import { bytes, doubles, floats } from "./bytes.js";
import { ChannelMap } from "./map.js";
import { Place } from "./place.js";
import { Sums } from "./sums.js";
import { written } from "./terms.js";
import { Walking } from "./walking.js";

const TOLD_AFTER = 250; // ms without another key
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class UnitView {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.pointed = null; // the cell under the pointer or of the walk
    this.map = new ChannelMap(root, {
      point: (row, column) => this.point(row, column),
      choose: (row, column) => this.choose(row, column),
      leave: () => this.point(),
    });
    this.place = new Place(root);
    this.sums = new Sums(root);
    opens(root, ({ layer, channel }) => this.open(layer, channel));
    this.walking = new Walking(root, this);
    this.fields();
    this.find(".pin").addEventListener("click", () => {
      const { layer, channel } = this.data.unit;
      this.tell("pinned", { layer, channel, cell: null });
    });
    root.addEventListener("keydown", (event) => this.press(event));
    // What is told while the page is being left would leave the next page empty.
    this.left = (event) => event.target.closest?.(PAGE_LINK) && this.forget();
    document.addEventListener("click", this.left, { capture: true });
  }

  /** The fields for layer, channel, row and column. */
  fields() {
    this.find(".layer").addEventListener("change", ({ target }) => this.open(target.value, 0));
    this.find(".channel").addEventListener("change", ({ target }) => {
      const { layer, numChannels } = this.data.unit;
      this.open(layer, Math.max(0, Math.min(numChannels - 1, Math.round(Number(target.value)) || 0)));
    });
    const cell = () => ["row", "column"].map((name) => Math.round(Number(this.find(`.${name}`).value)) || 0);
    for (const name of ["row", "column"])
      this.find(`.${name}`).addEventListener("change", () => this.choose(...this.inside(...cell())));
  }

  update(data, tell) {
    const isOther = this.data?.address !== data.address;
    this.data = data;
    this.tell = tell;
    this.colours = bytes(data.colours);
    this.original = this.side(data.original);
    if (data.walk && data.walk.kernel !== this.kernelText) {
      this.kernelText = data.walk.kernel;
      this.kernel = doubles(data.walk.kernel);
    }
    if (data.walk) this.walk = { ...data.walk, kernel: this.kernel };
    if (isOther) this.walking.stop();
    // A cell that was chosen and is not told yet is newer than Python's.
    if (isOther || !this.timer) this.cell = data.cell;
    this.head();
    this.place.fetch(data.payloads);
    this.take(data);
  }

  side({ map, levels, inputs }) {
    const { height, width, channels } = this.data.inputs;
    return { map: floats(map), levels: bytes(levels), inputs: { values: floats(inputs), height, width, channels } };
  }

  /** Take the values of the edited picture at an amount. */
  take({ amount, edited, exact }) {
    this.edited = this.side(edited);
    this.exact = exact;
    this.place.light(amount);
    this.paint();
    this.show();
  }

  head() {
    const { layers, unit } = this.data;
    const select = this.find(".layer");
    const names = layers.join("\n");
    if (select.dataset.names !== names) {
      select.dataset.names = names;
      select.replaceChildren(...layers.map((name) => new Option(name, name)));
    }
    select.value = unit.layer;
    Object.assign(this.find(".channel"), { max: unit.numChannels - 1, value: unit.channel });
    for (const [name, size] of [
      ["row", unit.height],
      ["column", unit.width],
    ]) {
      this.find(`.${name}`).max = size - 1;
      this.find(`.${name}`).disabled = size === 1;
    }
    const isVector = unit.height * unit.width === 1;
    this.root.toggleAttribute("data-vector", isVector);
    this.root.setAttribute("aria-label", `${unit.layer}, channel ${unit.channel}`);
    this.find("canvas.map").setAttribute("aria-label", `Feature map of ${unit.layer}, channel ${unit.channel}`);
    this.find(".of-map figcaption").textContent =
      `${unit.layer} · ${unit.kind} · channel ${unit.channel} of ${unit.numChannels} · ${unit.height} × ${unit.width}`;
  }

  get shown() {
    return this.pointed ?? this.cell;
  }

  paint() {
    const { unit } = this.data;
    this.map.draw(this.edited.levels, this.colours, unit, this.walking.reached);
  }

  /** Show the cell under the pointer, or the chosen one. */
  show() {
    const [row, column] = this.shown;
    const { unit, field, names, targets, refusal, activation } = this.data;
    this.map.frame(row, column);
    this.find(".row").value = row;
    this.find(".column").value = column;
    const place = row * unit.width + column;
    const before = this.original.map[place];
    const after = this.edited.map[place];
    this.find(".number").textContent =
      before === after ? written(after, 5) : `${written(before, 5)} → ${written(after, 5)}`;
    this.place.show(field.rows[row], field.columns[column]);
    this.find(".of-picture figcaption").textContent = this.described(row, column);
    this.sums.write(
      { walk: this.data.walk && this.walk, names, targets, refusal, activation, width: unit.width, exact: this.exact },
      { original: this.original, edited: this.edited },
      row,
      column,
    );
    this.root.dataset.cell = `${row}.${column}`;
  }

  /** The field of a cell in words. */
  described(row, column) {
    const { field } = this.data;
    const [rows, columns] = [field.rows[row], field.columns[column]];
    if (!rows || !columns) return "Choose this cell to see where it looks.";
    const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
    const padding = [...field.rowPadding[row], ...field.columnPadding[column]];
    const beyond = ["above", "below", "left", "right"].flatMap((side, i) =>
      padding[i] ? `${padding[i]} ${side}` : [],
    );
    const what =
      height > 0 && width > 0
        ? `Sees rows ${rows[0]}–${rows[1] - 1}, columns ${columns[0]}–${columns[1] - 1} of the picture: ${height} × ${width} pixels`
        : "Sees no pixel";
    const padded = beyond.length ? ` In padding, in pixels of the input: ${beyond.join(", ")}.` : "";
    return `${what} (${field.status}${field.reason ? `: ${field.reason}` : ""}).${padded}`;
  }

  inside(row, column) {
    const { height, width } = this.data.unit;
    return [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
  }

  /** Show a cell for a while; without arguments, the chosen one again. */
  point(row, column) {
    if (this.walking.isPlaying && row !== undefined) return;
    this.pointed = row === undefined ? null : [row, column];
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.show();
    });
  }

  choose(row, column) {
    this.walking.stop();
    this.pointed = null;
    this.cell = [row, column];
    this.show();
    clearTimeout(this.timer);
    this.root.toggleAttribute("data-busy", true);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.root.toggleAttribute("data-busy", false);
      this.tell("chosen", { layer: this.data.unit.layer, channel: this.data.unit.channel, cell: this.cell });
    }, TOLD_AFTER);
  }

  open(layer, channel) {
    this.forget();
    this.tell("chosen", { layer, channel, cell: null });
  }

  press(event) {
    if (event.target.closest("input, select, button, textarea, a") || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const { unit, layers } = this.data;
    if (MOVES[event.key]) {
      const [down, right] = MOVES[event.key];
      this.choose(...this.inside(this.cell[0] + down, this.cell[1] + right));
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      const step = event.key === "PageUp" ? -1 : 1;
      this.open(unit.layer, (unit.channel + step + unit.numChannels) % unit.numChannels);
    } else if (event.key === "[" || event.key === "]") {
      const place = layers.indexOf(unit.layer) + (event.key === "[" ? -1 : 1);
      if (layers[place]) this.open(layers[place], 0);
    } else if (event.key === " ") this.walking.toggle();
    else if (event.key === ".") this.walking.step();
    else return;
    event.preventDefault();
  }

  /** Do not tell Python the cell that was chosen last. */
  forget() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.root.toggleAttribute("data-busy", false);
  }

  close() {
    this.forget();
    this.walking.stop();
    this.place.close();
    document.removeEventListener("click", this.left, { capture: true });
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".vizcore-unit");
  const [view, leave] = mounted(root, () => new UnitView(root));
  view.update(data, dated(setTriggerValue));
  follows(root, data.key, (values) => view.take(values));
  return leave;
}
