// A part of a page that asks to run once the page is being left is answered with nothing, and nothing is what the next
// page then shows (Streamlit 1.67). So what is to be said is said first, and no more until the page is gone.
import { LEFT_WITHIN, PAGE_LINK, SENT_AFTER } from "../../parts/browser/streamlit_dom.js";

export class Leaving {
  constructor(live) {
    this.live = live;
    this.until = 0; // ms: until then the page is being left
    this.saidAt = -Infinity; // ms: when something was last said to Python
    this.left = (event) => {
      // A new tab leaves nothing.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.type === "popstate" || event.target.closest?.(PAGE_LINK)) this.leave(event);
    };
    document.addEventListener("click", this.left, { capture: true });
    addEventListener("popstate", this.left);
  }

  get isLeaving() {
    return performance.now() < this.until;
  }

  said() {
    this.saidAt = performance.now();
  }

  leave(event) {
    const { slider } = this.live;
    // What Streamlit is told goes out a little later, and must not be overtaken by the click. (A click of ours passes.)
    const isOnItsWay = performance.now() - this.saidAt < SENT_AFTER;
    if (event.type === "click" && event.isTrusted && (slider.isSettling || isOnItsWay)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      slider.releaseNow();
      setTimeout(() => event.target.click(), SENT_AFTER);
    }
    this.until = performance.now() + LEFT_WITHIN;
    // A visitor who has stayed after all gets the rest.
    clearTimeout(this.stayed);
    this.stayed = setTimeout(() => this.live.more(), LEFT_WITHIN + 1);
  }

  close() {
    clearTimeout(this.stayed);
    document.removeEventListener("click", this.left, { capture: true });
    removeEventListener("popstate", this.left);
  }
}
