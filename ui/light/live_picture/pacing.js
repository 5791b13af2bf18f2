// How quickly a held thumb asks, without a page and without a clock. One question at a time, always with the newest
// amount: none waits in a queue.
const TOO_SLOW = 1200; // ms for an answer, beyond which the maps follow no thumb
const TRY_AGAIN = 10000; // ms after which answers that were too slow may have become quicker
const KEPT = 5; // answers whose times are kept
const ENOUGH = 3; // answers whose times say something
const FEW = 5; // answers a second, below which it is said that there are few

export class Pacing {
  /** ms that each of the last answers took. */
  times = [];
  /** Where the thumb is. */
  amount = null;
  /** When the question was asked that is not answered yet, ms; 0 where there is none. */
  asked = 0;
  answeredAt = -Infinity;
  /** The amount of the last question since the last release. */
  streamed = null;
  /** The same, once its answer is there. */
  followed = null;
  /** Why what was asked for last has no answer. */
  refusal = undefined;

  /** The median time of the last answers: one that is late does not count. 0 as long as there are too few. */
  get answerTime() {
    if (this.times.length < ENOUGH) return 0;
    return this.times.toSorted((a, b) => a - b)[this.times.length >> 1];
  }

  /** Whether the amount may be asked for. */
  get isReady() {
    return !this.asked && this.amount !== this.streamed && this.answerTime <= TOO_SLOW;
  }

  /** The amount has been asked for. */
  ask(now) {
    this.streamed = this.amount;
    this.followed = null;
    this.asked = now;
  }

  /**
   * Note an answer. Whether it is that to the open question.
   * @param {{amount: number, refusal?: string, isLate?: boolean}} answer isLate: it has not come in time.
   * @param {number} now ms.
   */
  answer({ amount, refusal, isLate }, now) {
    if (amount !== this.streamed) return false;
    if (!isLate) this.followed = amount;
    if (!this.asked) return false;
    this.refusal = refusal;
    this.times = [...this.times.slice(1 - KEPT), now - this.asked];
    this.asked = 0;
    this.answeredAt = now;
    return true;
  }

  /** A busy moment passes: two more answers decide. */
  forgive(now) {
    if (this.answerTime > TOO_SLOW && now - this.answeredAt > TRY_AGAIN) this.times = this.times.slice(-1);
  }

  /** The thumb has been released: what was asked for before is of no more use. */
  release() {
    this.streamed = null;
    this.followed = null;
    this.asked = 0;
    this.refusal = undefined;
  }

  /** What follows has changed, and with it what an answer costs. */
  restart() {
    this.times = [];
  }

  /** Why the maps do not follow, or how quickly, where that is less than one would think. */
  get sentence() {
    if (this.refusal) return this.refusal;
    const seconds = this.answerTime / 1000;
    if (!seconds || 1 / seconds >= FEW) return "";
    if (this.answerTime > TOO_SLOW) {
      return `An answer takes ${seconds.toFixed(1)} s: the maps follow when the slider is released`;
    }
    return `${(1 / seconds).toFixed(1)} answers a second: with fewer maps on the screen it is quicker`;
  }
}
