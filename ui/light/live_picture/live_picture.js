// The brightness slider and the picture at its amount. While the thumb moves, the picture is drawn here: each value of
// each pixel is looked up in the table that Python computed for this amount. On release one message goes to Python.
// This file connects the parts; each of the other files has one concern.
import { PAYLOAD, RIBBON_MORE, hear, send, shared } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";
import { Asking } from "./asking.js";
import { Band } from "./band.js";
import { Canvas } from "./canvas.js";
import { formula } from "./formula.js";
import { Leaving } from "./leaving.js";
import { tableAt } from "./lookup.js";
import { Probe } from "./probe.js";
import { Slider } from "./slider.js";
import { listenToViews } from "./views.js";

/**
 * Use bytes as soon as they have arrived.
 * @param {string} name of the bytes.
 * @param {(bytes: Uint8Array) => void} use
 * @returns {() => void} stops the waiting.
 */
function payload(name, use) {
  if (shared.payloads.has(name)) {
    use(shared.payloads.get(name));
    return () => {};
  }
  const stop = hear(PAYLOAD, (arrived) => {
    if (arrived !== name) return;
    stop();
    use(shared.payloads.get(name));
  });
  return stop;
}

class LivePicture {
  constructor(root) {
    this.root = root;
    this.data = {};
    this.tables = null;
    this.frame = 0;
    this.waiting = [];
    this.formula = root.querySelector(".formula");
    this.picture = new Canvas(root);
    this.probe = new Probe(root, this.picture);
    this.slider = new Slider(this);
    this.asking = new Asking(this);
    this.leaving = new Leaving(this);
    this.band = new Band(this);
    listenToViews(root, () => this.draw());
  }

  update(data, setTriggerValue) {
    const old = this.data;
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    this.root.dataset.layout = data.layout;
    this.slider.update(old);
    this.band.update(old);
    if (old.followed_by !== data.followed_by) this.asking.pacing.restart();
    if (old.picture !== data.picture || old.tables !== data.tables) this.fetch();
    this.write();
    this.draw();
    this.mark();
  }

  fetch() {
    const { picture, tables } = this.data;
    for (const stop of this.waiting) stop();
    this.waiting = [
      payload(picture, (bytes) => this.decode(bytes, picture)),
      payload(tables, (bytes) => {
        this.tables = bytes;
        this.draw();
      }),
    ];
  }

  async decode(bytes, name) {
    if (!(await this.picture.decode(bytes, () => this.data.picture === name))) return;
    this.probe.clear();
    this.root.dataset.picture = name;
    this.draw();
    this.mark();
  }

  get written() {
    return this.slider.amount.toFixed(this.data.decimals);
  }

  /** Whether something has followed the thumb since the last release. */
  get hasFollowed() {
    return this.asking.pacing.streamed !== null;
  }

  /** Follow the thumb to another amount. */
  follow() {
    this.write();
    this.asking.moved();
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** The thumb is at rest, and there is no message for Python. */
  rest() {
    this.asking.tell();
    this.more();
  }

  /** Send Python the amount at which the thumb was released. */
  release(amount) {
    this.asking.release();
    this.leaving.noteMessage();
    this.setTriggerValue("released", { kind: this.data.kind, amount });
    this.mark();
  }

  /** Ask for the next slice of an incomplete ribbon, if the visitor waits for nothing else. */
  more() {
    const { slider, leaving } = this;
    // A slider that has left the page does not know whether the thumb of the next slider is held.
    if (!this.root.isConnected || !this.band.isGrowing) return;
    if (slider.isHeld || slider.sent !== null || leaving.isLeaving) return;
    leaving.noteMessage();
    send(RIBBON_MORE);
  }

  /**
   * Write the state into the element, for tests and benchmarks: whether a message, an answer or a drawing is pending,
   * and the last amount to which all parts have followed the held thumb.
   */
  mark() {
    const { dataset } = this.root;
    const { isSettling, isUnanswered } = this.slider;
    const { followed } = this.asking.pacing;
    this.root.toggleAttribute("data-busy", isSettling || isUnanswered || dataset.picture !== this.data.picture);
    dataset.followed = followed === null ? "" : String(followed);
  }

  write() {
    const { written } = this;
    this.asking.pacing.amount = this.slider.amount;
    this.formula.innerHTML = formula(this.data.formula, written);
    this.slider.input.setAttribute("aria-valuetext", `${this.data.label} ${written}`);
    // The typed field shows the amount of record. It is dimmed while the thumb is at another amount.
    document.documentElement.toggleAttribute("data-vizcore-underway", this.slider.amount !== this.data.amount);
    this.band.tell();
  }

  draw() {
    if (!this.picture.source || !this.tables || this.tables.length < 256) return;
    this.picture.draw(tableAt(this.tables, this.slider.amount, this.data));
    this.root.dataset.drawn = this.written;
    this.probe.report();
  }

  close() {
    document.documentElement.removeAttribute("data-vizcore-underway");
    for (const part of [this.slider, this.asking, this.leaving, this.band]) part.close();
    for (const stop of this.waiting) stop();
    cancelAnimationFrame(this.frame);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live");
  const [live, leave] = mounted(root, () => new LivePicture(root));
  live.update(data, setTriggerValue);
  return leave;
}
