// If a fragment is asked to run while its page is being left, Streamlit 1.67 answers with nothing, and the next page
// stays empty. So the last message is sent before the page switch, and no other message until the page is gone.
import { LEFT_WITHIN, PAGE_LINK, SENT_AFTER } from "../../parts/browser/streamlit_dom.js";

export class Leaving {
  constructor(live) {
    this.live = live;
    this.until = 0; // ms: the time until which the page counts as being left
    this.sentAt = -Infinity; // ms: the time of the last message to Python
    this.left = (event) => {
      // A click that opens a new tab does not leave the page.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.type === "popstate" || event.target.closest?.(PAGE_LINK)) this.leave(event);
    };
    document.addEventListener("click", this.left, { capture: true });
    addEventListener("popstate", this.left);
  }

  get isLeaving() {
    return performance.now() < this.until;
  }

  /** A message to Python is being sent. */
  noteMessage() {
    this.sentAt = performance.now();
  }

  leave(event) {
    const { slider } = this.live;
    // Streamlit sends a message after a short delay, and the click must not overtake it. So the click is stopped and
    // repeated later. The repeated click is not trusted and passes.
    const isOnItsWay = performance.now() - this.sentAt < SENT_AFTER;
    if (event.type === "click" && event.isTrusted && (slider.isSettling || isOnItsWay)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      slider.releaseNow();
      setTimeout(() => event.target.click(), SENT_AFTER);
    }
    this.until = performance.now() + LEFT_WITHIN;
    clearTimeout(this.stayed);
    this.stayed = setTimeout(() => this.live.stay(), LEFT_WITHIN + 1);
  }

  close() {
    clearTimeout(this.stayed);
    document.removeEventListener("click", this.left, { capture: true });
    removeEventListener("popstate", this.left);
  }
}
