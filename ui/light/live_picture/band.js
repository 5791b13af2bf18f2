// The band below the track of the slider: the winning class at each level, and its probability. It appears after the
// slider, when the levels are computed. After a change of picture, network or kind it is hidden until new levels come.
import { RIBBON, RIBBON_WANTED, hear, send } from "../../parts/browser/events.js";
import { sentenceAt } from "./winner.js";

const THINNEST = 0.4; // percent of the slider, so that each band can be seen

/**
 * The data of the ribbon, from ui/light/ribbon/ribbon.py.
 * @typedef {object} Levels
 * @property {string} kind name of the kind of brightness, as in the slider's data.
 * @property {string} ribbon_key key of the subject, as in the slider's data.
 * @property {number[]} amounts the tried amounts, rising.
 * @property {number[]} probabilities of the winner at each of these amounts, 0 … 1.
 * @property {[number, number, number][]} bands winner, start and end of each.
 * @property {Record<number, string>} names of the classes that win, by index.
 * @property {Record<number, string>} colours of the same classes.
 * @property {number[]} flips and `sentences`, `at`, `exception`: see winner.js.
 * @property {string} about what is tried and what cannot be seen; a tooltip.
 * @property {number} more 0 if the ribbon is complete, else a new number with each answer.
 */

export class Band {
  constructor(live) {
    const find = (selector) => live.root.querySelector(selector);
    this.live = live;
    this.picture = find(".ribbon");
    this.classes = find(".classes");
    this.sentence = find(".flip");
    this.picture.addEventListener("click", (event) => this.go(event));
    this.stop = hear(RIBBON, (levels) => this.show(levels));
  }

  /**
   * Take new data of the slider.
   * @param {object} old the previous data.
   */
  update(old) {
    const { kind, ribbon_key } = this.live.data;
    if (old.kind === kind && old.ribbon_key === ribbon_key) return;
    this.show(undefined);
    send(RIBBON_WANTED);
  }

  /** Whether the ribbon is not complete yet. */
  get isGrowing() {
    return Boolean(this.levels?.more);
  }

  /** @param {Levels | undefined} levels */
  show(levels) {
    const { kind, ribbon_key } = this.live.data;
    this.levels = levels && levels.kind === kind && levels.ribbon_key === ribbon_key ? levels : undefined;
    for (const part of [this.picture, this.classes, this.sentence]) part.toggleAttribute("hidden", !this.levels);
    if (!this.levels) return;
    this.draw();
    this.list();
    this.live.root.dataset.ribbon = String(levels.amounts.length);
    this.tell();
    this.live.more();
  }

  /** Go to the amount at which the ribbon was clicked. */
  go({ clientX }) {
    const { left, width } = this.picture.getBoundingClientRect();
    const { minimum, maximum } = this.live.data;
    this.live.slider.goTo(minimum + ((maximum - minimum) * (clientX - left)) / width);
  }

  draw() {
    const { amounts, bands, colours, names, probabilities } = this.levels;
    const { minimum, maximum } = this.live.data;
    const at = (amount) => (100 * (amount - minimum)) / (maximum - minimum);
    // The least width keeps a class visible that wins at a single step of the slider.
    const drawn = bands.map(([winner, start, end]) => {
      const x = at(start);
      const width = Math.max(THINNEST, at(end) - x);
      return `<rect x="${Math.min(x, 100 - width)}" y="0" width="${width}" height="100" fill="${colours[winner]}"/>`;
    });
    const points = probabilities.map((p, index) => `${at(amounts[index])},${100 - 100 * p}`).join(" ");
    this.picture.setAttribute("viewBox", "0 0 100 100");
    this.picture.innerHTML = `${drawn.join("")}<polyline points="${points}"/><polyline class="winner" points="${points}"/>`;
    this.picture.querySelectorAll("rect").forEach((rect, index) => {
      const title = document.createElementNS(rect.namespaceURI, "title");
      title.textContent = `${names[bands[index][0]]}: a click goes there`;
      rect.append(title);
    });
  }

  list() {
    const { bands, colours, names } = this.levels;
    // Names come from a file, so they are set as text, not as HTML.
    const entries = [...new Set(bands.map(([winner]) => winner))].map((winner) => {
      const entry = document.createElement("span");
      const swatch = document.createElement("i");
      swatch.style.background = colours[winner];
      entry.append(swatch, names[winner]);
      return entry;
    });
    const line = document.createElement("span");
    line.append(document.createElement("b"), "probability");
    this.classes.replaceChildren(...entries, line);
    const listed = entries.map((entry) => entry.textContent).join(", ");
    this.classes.title = `${listed}; the line is the probability of the winner, from 0 to 100%. ${this.levels.about}`;
  }

  /** Show the sentence about the winner at the thumb. */
  tell() {
    if (!this.levels) return;
    const sentence = sentenceAt(this.levels, this.live.slider.amount);
    this.picture.setAttribute("aria-label", sentence);
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
    this.sentence.title = sentence;
  }

  close() {
    this.stop();
  }
}
