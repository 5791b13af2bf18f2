// The field for the amount. It follows the thumb, also while the thumb is held, and takes a typed amount.
import { typed } from "./typed.js";

const STEPS = { ArrowUp: 1, ArrowDown: -1 };

export class Field {
  constructor(live) {
    this.live = live;
    this.input = live.root.querySelector(".field");
    this.refused = live.root.querySelector(".refused");
    this.isEdited = false;
    this.input.addEventListener("input", () => {
      this.isEdited = true;
    });
    this.input.addEventListener("change", () => this.take());
    this.input.addEventListener("blur", () => this.take());
    this.input.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {object} old the previous data. */
  update(old) {
    const { kind, label, help, minimum, told } = this.live.data;
    if (old.kind !== kind) {
      this.isEdited = false;
      const name = this.live.root.querySelector(".name");
      name.textContent = label;
      name.title = help;
      // The keys for decimals of a phone have no minus sign.
      this.input.inputMode = minimum < 0 ? "text" : "decimal";
    }
    if (old.kind !== kind || old.told !== told) this.say(told);
  }

  press(event) {
    const { slider } = this.live;
    if (event.key === "Enter") this.take();
    else if (event.key === "Escape") {
      this.isEdited = false;
      this.write();
    } else if (STEPS[event.key]) {
      event.preventDefault();
      this.take();
      slider.goTo(slider.amount + STEPS[event.key] * this.live.data.step);
    }
  }

  /** Go to the typed amount. */
  take() {
    if (!this.isEdited) return;
    this.isEdited = false;
    const { slider, data } = this.live;
    const { amount, sentence } = typed(this.input.value, data, slider.amount);
    slider.goTo(amount);
    this.say(sentence);
  }

  /** Show the amount of the thumb, unless somebody is typing another one. */
  write() {
    if (!this.isEdited) this.input.value = this.live.written;
  }

  /** Say why a typed amount was refused; an empty text takes the sentence away. */
  say(sentence) {
    this.refused.textContent = sentence;
    this.refused.title = sentence;
  }
}
