// The brightness slider and the picture at its amount. While the thumb moves, the picture is drawn here: each value of
// each pixel is looked up in the table that Python computed for this amount. On release one message goes to Python.
// This file connects the parts; each of the other files has one concern.
import { PAYLOAD, RIBBON_MORE, hear, send, shared } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";
import { Asking } from "./asking.js";
import { Band } from "./band.js";
import { Before } from "./before.js";
import { Canvas } from "./canvas.js";
import { Compact } from "./compact.js";
import { Field } from "./field.js";
import { formula } from "./formula.js";
import { Leaving } from "./leaving.js";
import { tableAt } from "./lookup.js";
import { Marks } from "./marks.js";
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
    this.marks = new Marks(this);
    this.field = new Field(this);
    this.before = new Before(this);
    this.compact = new Compact(this);
    listenToViews(root, () => this.draw());
  }

  update(data, setTriggerValue) {
    const old = this.data;
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    this.root.dataset.layout = data.layout;
    for (const part of [this.slider, this.marks, this.field, this.band, this.compact]) part.update(old);
    if (old.followed_by !== data.followed_by) this.asking.pacing.restart();
    if (old.picture !== data.picture || old.tables !== data.tables) this.fetch();
    this.write();
    this.draw();
    this.mark();
    if (this.before.isHeld) this.asking.again();
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

  /** The amount that the page shows: that of the thumb, or while the button for the comparison is held the neutral one. */
  get shown() {
    return this.before.isHeld ? this.data.neutral : this.slider.amount;
  }

  /** Whether the thumb or the button for the comparison is held. */
  get isHeld() {
    return this.slider.isHeld || this.before.isHeld;
  }

  /** Whether the visitor waits for parts that follow. */
  get isWaiting() {
    return this.isHeld || this.asking.isReturning;
  }

  /** Whether something has followed the thumb since the last release. */
  get hasFollowed() {
    return this.asking.pacing.streamed !== null;
  }

  /** Follow the thumb to another amount. */
  follow() {
    this.field.say("");
    this.write();
    this.asking.moved();
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** The button for the comparison has been pressed or let go. */
  turn() {
    this.asking.isReturning = false;
    this.write();
    this.draw();
    if (this.isHeld) this.asking.moved();
    // The amount of record is as it was. A release would draw nothing: Streamlit skips what has not changed.
    else this.asking.goBack();
    this.mark();
    if (!this.isWaiting) this.rest();
  }

  /** The thumb is at rest, and there is no message for Python. */
  rest() {
    this.asking.tell();
    this.more();
  }

  /**
   * Send Python the amount at which the thumb was released.
   * @param {number} at ms: the time of the release.
   */
  release(amount, at) {
    this.asking.release();
    this.leaving.noteMessage();
    this.setTriggerValue("released", { kind: this.data.kind, amount, at });
    this.mark();
  }

  /** The visitor has stayed on the page: what waited for that goes on. */
  stay() {
    this.asking.ask();
    this.more();
  }

  /** Ask for the next slice of an incomplete ribbon, if the visitor waits for nothing else. */
  more() {
    // A slider that has left the page does not know whether the thumb of the next slider is held.
    if (!this.root.isConnected || !this.band.isGrowing) return;
    if (this.isWaiting || this.slider.sent !== null || this.leaving.isLeaving) return;
    this.leaving.noteMessage();
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
    const isBusy = isSettling || isUnanswered || this.asking.isReturning || dataset.picture !== this.data.picture;
    this.root.toggleAttribute("data-busy", isBusy);
    dataset.followed = followed === null ? "" : String(followed);
  }

  write() {
    const { written } = this;
    const isUrgent = this.before.isHeld || this.asking.isReturning;
    Object.assign(this.asking.pacing, { amount: this.shown, isUrgent });
    this.formula.innerHTML = formula(this.data.formula, written);
    this.slider.input.setAttribute("aria-valuetext", written);
    this.field.write();
    this.band.tell();
  }

  draw() {
    if (!this.picture.source || !this.tables || this.tables.length < 256) return;
    this.picture.draw(tableAt(this.tables, this.shown, this.data));
    this.root.dataset.drawn = this.shown.toFixed(this.data.decimals);
    this.probe.report();
  }

  close() {
    for (const part of [this.slider, this.asking, this.leaving, this.band, this.before, this.compact]) part.close();
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
