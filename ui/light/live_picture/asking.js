// Asks Python for new values of the parts that follow a held thumb.
import { ANSWERED, DRAG, hear, send } from "../../parts/browser/events.js";
import { Pacing } from "./pacing.js";

const ANSWER_LIMIT = 3000; // ms without an answer

/** The keys of the parts that follow the thumb and are on the screen. */
function onScreen() {
  const parts = [...document.querySelectorAll("[data-follows]")].filter((part) => {
    const { top, bottom, height } = part.getBoundingClientRect();
    return height && bottom > 0 && top < innerHeight;
  });
  return parts.map((part) => part.dataset.follows);
}

export class Asking {
  constructor(live) {
    this.live = live;
    this.pacing = new Pacing();
    // For tests and benchmarks, which read the pace of the answers from here.
    live.root.view = this.pacing;
    this.message = live.root.querySelector(".following");
    this.isReturning = false; // whether the parts that followed to another amount are on their way back
    this.stop = hear(ANSWERED, (answer) => this.answered(answer));
  }

  /** The thumb has moved. */
  moved() {
    this.pacing.forgive(performance.now());
    this.ask();
    this.tell();
  }

  ask() {
    const { data, shown, isWaiting, leaving } = this.live;
    if (!data.followed_by || !isWaiting || leaving.isLeaving || !this.pacing.isReady) return;
    const at = performance.now();
    // Nobody hears the question on a page without following parts, such as one that waits for its network.
    if (send(DRAG, { kind: data.kind, amount: shown, at, charts: onScreen() })) return;
    this.pacing.ask(at);
    leaving.noteMessage();
    this.live.mark();
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.answered({ amount: this.pacing.streamed, isLate: true }), ANSWER_LIMIT);
  }

  answered(answer) {
    const isAnswer = this.pacing.answer(answer, performance.now());
    this.live.mark();
    if (!isAnswer) return;
    clearTimeout(this.patience);
    const { dataset } = this.live.root;
    dataset.answers = String(Number(dataset.answers ?? 0) + 1);
    this.ask();
    this.tell();
    this.arrive();
  }

  /** Bring the parts that have followed to another amount back to the thumb. */
  goBack() {
    this.isReturning = this.live.hasFollowed;
    this.live.write();
    this.ask();
    this.arrive();
  }

  /** End the way back once the parts are there. */
  arrive() {
    if (!this.isReturning || this.pacing.followed !== this.live.slider.amount) return;
    this.release();
    this.live.mark();
    this.live.rest();
  }

  /** Python has drawn the parts at the amount of record, and they are to be at another one. */
  again() {
    if (!this.pacing.asked) this.pacing.streamed = null;
    this.ask();
  }

  release() {
    this.isReturning = false;
    this.pacing.release();
    clearTimeout(this.patience);
    this.tell();
  }

  /** Show the pace of the answers. It matters only while the thumb is held. */
  tell() {
    this.message.textContent = this.live.isHeld ? this.pacing.sentence : "";
    this.message.title = this.message.textContent;
  }

  close() {
    this.stop();
    clearTimeout(this.patience);
  }
}
