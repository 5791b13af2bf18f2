// The pace of the questions of a held thumb, without a page and without a clock. There is one question at a time,
// always with the newest amount, and no queue.
const TOO_SLOW = 1200; // ms: with slower answers the maps do not follow a held thumb
const TRY_AGAIN = 10000; // ms after which slow answers may have become quicker
const RECENT = 5; // number of answers whose times are remembered
const ENOUGH = 3; // number of answers from which on their times count
const FEW = 5; // answers a second, below which the visitor is told

export class Pacing {
  /** ms that each of the recent answers took. */
  times = [];
  /** The amount of the thumb. */
  amount = null;
  /** ms: the time of the open question; 0 if there is none. */
  asked = 0;
  /** ms: the time of the last answer. */
  answeredAt = -Infinity;
  /** The amount of the last question since the last release. */
  streamed = null;
  /** The same amount, once its answer has arrived. */
  followed = null;
  /** Whether to ask also where answers are slow: about the unedited picture, whose outputs the server keeps. */
  isUrgent = false;
  /** Whether the time of the open question counts. */
  isTimed = true;
  /** The sentence of a refusal in the last answer. */
  refusal = undefined;

  /** The median time of the recent answers in ms, so that one late answer does not count. 0 while there are too few. */
  get answerTime() {
    if (this.times.length < ENOUGH) return 0;
    return this.times.toSorted((a, b) => a - b)[this.times.length >> 1];
  }

  /** Whether a question with the amount may be asked. */
  get isReady() {
    return !this.asked && this.amount !== this.streamed && (this.isUrgent || this.answerTime <= TOO_SLOW);
  }

  /** Note a question with the amount. */
  ask(now) {
    this.streamed = this.amount;
    this.followed = null;
    this.asked = now;
    this.isTimed = !this.isUrgent;
  }

  /**
   * Note an answer.
   * @param {{amount: number, refusal?: string, isLate?: boolean}} answer isLate: it has not arrived in time.
   * @param {number} now ms.
   * @returns {boolean} whether it answers the open question.
   */
  answer({ amount, refusal, isLate }, now) {
    if (amount !== this.streamed) return false;
    if (!isLate) this.followed = amount;
    if (!this.asked) return false;
    this.refusal = refusal;
    if (this.isTimed) this.times = [...this.times.slice(1 - RECENT), now - this.asked];
    // Such a question may have been lost in a release right before it, so it is asked again.
    else if (isLate) this.streamed = null;
    this.asked = 0;
    this.answeredAt = now;
    return true;
  }

  /** Forget slow answers after a while: the server may no longer be busy. Two more answers decide. */
  forgive(now) {
    if (this.answerTime > TOO_SLOW && now - this.answeredAt > TRY_AGAIN) this.times = this.times.slice(-1);
  }

  /** The thumb has been released: earlier questions are obsolete. */
  release() {
    this.streamed = null;
    this.followed = null;
    this.asked = 0;
    this.refusal = undefined;
  }

  /** Forget the times: other parts follow now, so answers take another time. */
  restart() {
    this.times = [];
  }

  /** A sentence for the visitor if the maps do not follow or follow slowly, else an empty text. */
  get sentence() {
    if (this.refusal) return this.refusal;
    const seconds = this.answerTime / 1000;
    if (this.isUrgent || !seconds || 1 / seconds >= FEW) return "";
    if (this.answerTime > TOO_SLOW) {
      return `An answer takes ${seconds.toFixed(1)} s: the maps follow when the slider is released`;
    }
    return `${(1 / seconds).toFixed(1)} answers a second: with fewer maps on the screen it is quicker`;
  }
}
