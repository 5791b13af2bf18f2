// The life of an exported page: the tip with the value of a cell, and a zoom of all panels together by the wheel, by
// dragging, by two fingers, by the buttons and by keys. Without this script the page shows its pictures all the same.
import { cellText } from "./tiles.js";

const BESIDE = 12; // pixels between a cell and the tip
const STEP = 1.6; // factor of a button or a key
const LARGEST = 64; // factor of the largest zoom
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const ZOOMS = { "+": STEP, "=": STEP, "-": 1 / STEP, 0: 0 };

const tip = document.querySelector(".tip");
const view = { x: 0, y: 0, size: 1 }; // the part of each panel that is shown, as shares of its width and height

/** The levels in a PNG of vizcore/figures/level_png.py: in each row a zero and then the levels. */
async function levelsIn(address) {
  const bytes = Uint8Array.from(atob(address.split(",")[1]), (sign) => sign.charCodeAt(0));
  const data = new DataView(bytes.buffer);
  let at = 8;
  while (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) !== "IDAT") at += 12 + data.getUint32(at);
  const deflated = new Blob([bytes.subarray(at + 8, at + 8 + data.getUint32(at))]).stream();
  const inflated = deflated.pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

class Panel {
  constructor(element) {
    this.element = element;
    this.inside = element.querySelector("g");
    this.box = element.viewBox.baseVal;
    this.whole = { x: this.box.x, y: this.box.y, width: this.box.width, height: this.box.height };
    this.rows = Number(element.dataset.rows);
    this.columns = Number(element.dataset.columns);
    this.meta = JSON.parse(element.dataset.meta);
    this.cell = [0, 0];
    this.fingers = new Map();
    const image = element.querySelector("image");
    // Tiles with curves have no levels: each has a text.
    this.levels = image && levelsIn(image.getAttribute("href"));
    const hear = (name, act) => element.addEventListener(name, (event) => act.call(this, event), { passive: false });
    hear("wheel", this.roll);
    hear("pointerdown", this.press);
    hear("pointermove", this.move);
    hear("pointerup", this.lift);
    hear("pointercancel", this.lift);
    hear("pointerleave", this.leave);
    hear("keydown", this.key);
    hear("blur", () => {
      tip.hidden = true;
    });
  }

  /** A place on the screen as shares of the panel. */
  sharesAt({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(this.inside.getScreenCTM().inverse());
    return [(x - this.whole.x) / this.whole.width, (y - this.whole.y) / this.whole.height];
  }

  async textAt(row, column) {
    const levels = await this.levels;
    return cellText(this.meta, column, row, levels ? levels[row * (this.columns + 1) + 1 + column] : 1);
  }

  async tell(row, column, { clientX, clientY }) {
    this.asked = [row, column].join();
    const text = await this.textAt(row, column);
    if (this.asked !== [row, column].join()) return;
    tip.textContent = text;
    tip.hidden = !text;
    const left = Math.max(0, Math.min(clientX + BESIDE, innerWidth - tip.offsetWidth - BESIDE));
    const top = Math.max(0, Math.min(clientY + BESIDE, innerHeight - tip.offsetHeight - BESIDE));
    Object.assign(tip.style, { left: `${left}px`, top: `${top}px` });
  }

  /** A long page must scroll, so the wheel zooms only with Ctrl or ⌘ held, as two fingers on a trackpad do. */
  roll(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(1.0015 ** -event.deltaY, ...this.sharesAt(event));
  }

  press(event) {
    this.fingers.set(event.pointerId, event);
    this.element.setPointerCapture(event.pointerId);
  }

  move(event) {
    const [x, y] = this.sharesAt(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      this.tell(Math.floor(y * this.rows), Math.floor(x * this.columns), event);
      return;
    }
    const pinned = [...this.fingers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    this.fingers.set(event.pointerId, event);
    tip.hidden = true;
    if (pinned) {
      const distance = (finger) => Math.hypot(finger.clientX - pinned.clientX, finger.clientY - pinned.clientY);
      zoom(distance(event) / Math.max(1, distance(before)), ...this.sharesAt(pinned));
    } else if (view.size < 1) {
      const [fromX, fromY] = this.sharesAt(before);
      show(view.x + fromX - x, view.y + fromY - y, view.size);
    }
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
    // A finger that taps a cell asks for its value, as a mouse does that rests on it.
    if (event.type === "pointerup") this.move(event);
  }

  leave() {
    this.asked = undefined;
    tip.hidden = true;
  }

  key(event) {
    const step = ARROWS[event.key];
    const factor = ZOOMS[event.key];
    if (event.key === "Escape") tip.hidden = true;
    if (event.ctrlKey || event.metaKey || (!step && factor === undefined)) return;
    event.preventDefault();
    if (step) {
      const inside = (value, size) => Math.min(Math.max(value, 0), size - 1);
      this.cell = [inside(this.cell[0] + step[0], this.rows), inside(this.cell[1] + step[1], this.columns)];
    }
    const middle = [(this.cell[1] + 0.5) / this.columns, (this.cell[0] + 0.5) / this.rows];
    if (!step) zoom(factor, ...middle);
    const x = this.whole.x + middle[0] * this.whole.width;
    const y = this.whole.y + middle[1] * this.whole.height;
    const place = new DOMPoint(x, y).matrixTransform(this.inside.getScreenCTM());
    this.tell(...this.cell, { clientX: place.x, clientY: place.y });
  }

  draw() {
    const { x, y, width, height } = this.whole;
    const box = [x + view.x * width, y + view.y * height, view.size * width, view.size * height];
    this.element.setAttribute("viewBox", box.join(" "));
    // A finger scrolls the page; where a panel is magnified, it moves the panel.
    this.element.style.touchAction = view.size < 1 ? "none" : "pan-x pan-y";
  }
}

const panels = [...document.querySelectorAll("svg.panel")].map((element) => new Panel(element));

function show(x, y, size) {
  const inside = (share) => Math.min(Math.max(share, 0), 1 - size);
  Object.assign(view, { size, x: inside(x), y: inside(y) });
  for (const panel of panels) panel.draw();
}

/** Magnify by a factor about a place, in shares of a panel; 0 shows the whole. */
function zoom(factor, x, y) {
  const size = factor ? Math.min(1, Math.max(view.size / factor, 1 / LARGEST)) : 1;
  show(x - ((x - view.x) * size) / view.size, y - ((y - view.y) * size) / view.size, size);
}

for (const button of document.querySelectorAll("[data-zoom]")) {
  const middle = (start) => start + view.size / 2;
  button.addEventListener("click", () => zoom(ZOOMS[button.dataset.zoom], middle(view.x), middle(view.y)));
}
show(0, 0, 1);
