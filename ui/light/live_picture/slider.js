// The thumb: whether it is held, when its amount counts as released, and whether Python has answered.
const KEYBOARD_PAUSE = 350; // ms without a key before a value set by keyboard counts as released
const ANSWER_LIMIT = 3000; // ms without an answer

export class Slider {
  constructor(live) {
    this.live = live;
    this.input = live.root.querySelector(".amount");
    this.isDragged = false;
    this.timer = 0; // until the amount counts as released
    this.sent = null; // an amount that Python has been told and has not answered yet
    this.input.addEventListener("pointerdown", () => {
      this.isDragged = true;
    });
    this.input.addEventListener("input", () => live.follow());
    this.input.addEventListener("change", () => this.settle(this.isDragged ? 0 : KEYBOARD_PAUSE));
    for (const gone of ["pointerup", "pointercancel"]) {
      // The browser reports the change after the pointer is up; the flag must live until then.
      this.input.addEventListener(gone, () => setTimeout(() => this.letGo()));
    }
  }

  get amount() {
    return Number(this.input.value);
  }

  get isHeld() {
    return this.isDragged || this.isSettling;
  }

  get isSettling() {
    return this.timer !== 0;
  }

  /** Whether Python has been told an amount that the page does not show yet. */
  get isUnanswered() {
    return this.sent !== null && this.sent !== this.live.data.amount;
  }

  /** New data from Python, in place of the old. */
  update(old) {
    const { data } = this.live;
    if (old.kind !== data.kind) {
      Object.assign(this.input, { min: data.minimum, max: data.maximum, step: data.step });
      this.input.setAttribute("aria-label", data.label);
      this.live.root.querySelector(".name").textContent = data.label;
      this.stopTimer();
    }
    if (this.sent === data.amount || old.kind !== data.kind) this.sent = null;
    // A thumb that is held, or a value not yet sent or answered, is newer than what the server says.
    if (!this.isHeld && this.sent === null) this.input.value = data.amount;
  }

  letGo() {
    this.isDragged = false;
    // Back where it began it has not changed, says the browser; but what followed has.
    if (this.live.hasFollowed && !this.isSettling) this.settle(0);
    this.live.rest();
  }

  settle(pause) {
    this.stopTimer();
    this.timer = setTimeout(() => {
      this.timer = 0;
      // What has followed to another place comes back, too.
      const isNew = this.amount !== (this.sent ?? this.live.data.amount);
      if (isNew || this.live.hasFollowed) this.release(true);
      else this.live.rest();
      this.live.mark();
    }, pause);
    this.live.mark();
  }

  stopTimer() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** Do not wait until the amount counts as released. */
  releaseNow() {
    if (!this.isSettling) return;
    this.stopTimer();
    this.release(false);
  }

  release(isRepeated) {
    const { amount } = this;
    this.sent = amount;
    this.live.release(amount);
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.giveUp(amount, isRepeated), ANSWER_LIMIT);
  }

  giveUp(amount, isRepeated) {
    this.sent = null;
    this.live.mark();
    this.live.more();
    if (this.isHeld || this.live.data.amount === this.amount) return;
    // Nobody answered. After a lost connection the first message reaches a session that does not know us yet: say it once
    // more. Then Python's amount holds.
    if (isRepeated && this.amount === amount) this.release(false);
    else {
      this.input.value = this.live.data.amount;
      this.live.follow();
    }
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.limit);
  }
}
