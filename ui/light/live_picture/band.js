// Under the track: the class that wins at each level, and how sure of it the network is. It comes a little after the
// slider, once all levels are computed; for another picture, network or kind it is taken away until then.
import { RIBBON, RIBBON_WANTED, hear, send } from "../../parts/browser/events.js";
import { sentenceAt } from "./winner.js";

const THINNEST = 0.4; // percent of the slider: a band that can be seen

/**
 * What the ribbon's Python says (ui/light/ribbon/ribbon.py).
 * @typedef {object} Levels
 * @property {string} kind of brightness, as in the slider's data.
 * @property {string} ribbon_key key of the subject, as in the slider's data.
 * @property {number[]} amounts that were tried.
 * @property {number[]} probabilities of the winner at each of them.
 * @property {[number, number, number][]} bands winner, start and end.
 * @property {Record<number, string>} names of the classes that win.
 * @property {Record<number, string>} colours of the same.
 * @property {number[]} flips and `sentences`, `at`, `exception`: see winner.js.
 * @property {number} more 0 where the ribbon is whole, else another number with each answer.
 */

export class Band {
  constructor(live) {
    const find = (selector) => live.root.querySelector(selector);
    this.live = live;
    this.picture = find(".ribbon");
    this.words = find(".flip");
    this.sentence = find(".flip p");
    this.stop = hear(RIBBON, (levels) => this.show(levels));
  }

  /** New data of the slider, in place of the old. */
  update(old) {
    const { kind, ribbon_key } = this.live.data;
    if (old.kind === kind && old.ribbon_key === ribbon_key) return;
    this.show(undefined);
    send(RIBBON_WANTED);
  }

  /** Whether the ribbon is not whole yet. */
  get isGrowing() {
    return Boolean(this.levels?.more);
  }

  /** @param {Levels | undefined} levels */
  show(levels) {
    const { kind, ribbon_key } = this.live.data;
    this.levels = levels && levels.kind === kind && levels.ribbon_key === ribbon_key ? levels : undefined;
    for (const part of [this.picture, this.words]) part.toggleAttribute("hidden", !this.levels);
    if (!this.levels) return;
    this.draw();
    this.list();
    this.live.root.dataset.ribbon = String(levels.amounts.length);
    this.words.title = levels.about;
    this.tell();
    this.live.more();
  }

  draw() {
    const { amounts, bands, colours, probabilities } = this.levels;
    const { minimum, maximum } = this.live.data;
    const at = (amount) => (100 * (amount - minimum)) / (maximum - minimum);
    // A class that wins at one step of the slider is seen, too.
    const drawn = bands.map(([winner, start, end]) => {
      const x = at(start);
      const width = Math.max(THINNEST, at(end) - x);
      return `<rect x="${Math.min(x, 100 - width)}" y="0" width="${width}" height="100" fill="${colours[winner]}"/>`;
    });
    const points = probabilities.map((p, index) => `${at(amounts[index])},${100 - 100 * p}`).join(" ");
    this.picture.setAttribute("viewBox", "0 0 100 100");
    this.picture.innerHTML = `${drawn.join("")}<polyline points="${points}"/><polyline class="winner" points="${points}"/>`;
  }

  list() {
    const { bands, colours, names } = this.levels;
    // Names come from a file: they are set as text.
    const entries = [...new Set(bands.map(([winner]) => winner))].map((winner) => {
      const entry = document.createElement("span");
      const swatch = document.createElement("i");
      swatch.style.background = colours[winner];
      entry.append(swatch, names[winner]);
      return entry;
    });
    const line = document.createElement("span");
    line.append(document.createElement("b"), "its probability, 0 to 100%");
    this.words.querySelector(".classes").replaceChildren(...entries, line);
  }

  /** From where to where the class at the thumb wins. */
  tell() {
    if (!this.levels) return;
    const sentence = sentenceAt(this.levels, this.live.slider.amount);
    this.picture.setAttribute("aria-label", sentence);
    // How far a ribbon has grown changes several times a second: to be read, not to be listened to.
    this.sentence.setAttribute("aria-live", this.isGrowing ? "off" : "polite");
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
  }

  close() {
    this.stop();
  }
}
