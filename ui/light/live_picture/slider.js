// The thumb: whether it is held, when its amount counts as released, and whether Python has answered.
const KEYBOARD_PAUSE = 350; // ms without a key after which an amount that was set by keyboard counts as released
const ANSWER_LIMIT = 3000; // ms without an answer

export class Slider {
  constructor(live) {
    this.live = live;
    this.input = live.root.querySelector(".amount");
    this.isDragged = false;
    this.timer = 0; // runs until the amount counts as released
    this.sent = null; // an amount that was sent to Python and is not answered yet
    this.at = null; // ms: the time of the last release
    this.input.addEventListener("pointerdown", () => {
      this.isDragged = true;
    });
    this.input.addEventListener("input", () => live.follow());
    this.input.addEventListener("change", () => this.settle(this.isDragged ? 0 : KEYBOARD_PAUSE));
    this.input.addEventListener("dblclick", () => this.goTo(live.data.neutral));
    for (const gone of ["pointerup", "pointercancel"]) {
      // The browser reports the change after the pointer is up, and the flag must be set until then.
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

  /** Whether an amount was sent to Python that the page does not show yet. */
  get isUnanswered() {
    return this.sent !== null;
  }

  /**
   * Take new data from Python.
   * @param {object} old the previous data.
   */
  update(old) {
    const { data } = this.live;
    if (old.kind !== data.kind) {
      Object.assign(this.input, { min: data.minimum, max: data.maximum, step: data.step });
      this.input.setAttribute("aria-label", data.label);
      this.stopTimer();
    }
    // The amount does not say that Python has answered: an earlier release may have asked for the same one.
    if (data.answered >= this.at || old.kind !== data.kind) this.sent = null;
    // A held thumb, or an amount that is not sent or not answered yet, is newer than the server's amount.
    if (!this.isHeld && this.sent === null) this.input.value = data.amount;
  }

  /**
   * Set the thumb, as if it had been dragged there and let go.
   * @param {number} amount any; the slider takes the nearest one that it has.
   */
  goTo(amount) {
    this.input.value = amount;
    this.live.follow();
    this.settle(0);
  }

  letGo() {
    this.isDragged = false;
    // The browser reports no change if the thumb is back where it began. The parts that followed must go back, too.
    if (this.live.hasFollowed && !this.isSettling) this.settle(0);
    this.live.rest();
  }

  settle(pause) {
    this.stopTimer();
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (this.amount !== (this.sent ?? this.live.data.amount)) this.release(true);
      // Parts have followed to another amount. A release of the amount of record would draw nothing: Streamlit skips what
      // has not changed. So the parts go back in the way in which they have followed.
      else if (this.live.hasFollowed) this.live.asking.goBack();
      else this.live.rest();
      this.live.mark();
    }, pause);
    this.live.mark();
  }

  stopTimer() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** Release at once an amount that is about to count as released. */
  releaseNow() {
    if (!this.isSettling) return;
    this.stopTimer();
    this.release(false);
  }

  release(isRepeated) {
    const { amount } = this;
    this.sent = amount;
    this.at = performance.now();
    this.live.release(amount, this.at);
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.giveUp(amount, isRepeated), ANSWER_LIMIT);
  }

  giveUp(amount, isRepeated) {
    const isAnswered = !this.isUnanswered;
    this.sent = null;
    this.live.mark();
    this.live.more();
    if (this.isHeld || isAnswered) return;
    // There was no answer. After a lost connection the first message reaches a session that does not know this slider
    // yet, so it is repeated once. After that, Python's amount counts.
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
