// The bar that stays in view. While it sticks, only its lower part is on the screen: slider, amount, button, thumbnail.
// The bar keeps its height, so the page does not jump: what is above that part leaves the screen like the rest of the
// page.
import { BRIGHTNESS_BAR } from "../../parts/browser/streamlit_dom.js";

const ABOVE = "--vizcore-above-slider"; // px of the bar above the part that stays; used in ui/frame/streamlit.css
const STUCK = "data-vizcore-stuck";
const MARGIN = 4; // px

/** The nearest element around another one that is scrolled. */
function scrolled(element) {
  let around = element.parentElement;
  while (around && !/auto|scroll/.test(getComputedStyle(around).overflowY)) around = around.parentElement;
  return around;
}

export class Compact {
  constructor(live) {
    this.root = live.root;
    this.part = live.root.querySelector(".dial");
    this.sizes = new ResizeObserver(() => this.measure());
  }

  update() {
    const bar = this.root.dataset.layout === "bar" ? document.querySelector(BRIGHTNESS_BAR) : null;
    if (bar === this.bar) return;
    this.bar = bar;
    this.sizes.disconnect();
    this.sight?.disconnect();
    if (!bar) return;
    for (const element of [bar, this.part]) this.sizes.observe(element);
  }

  measure() {
    const { bar, part } = this;
    // A bar that is leaving the page has no place.
    if (!bar.isConnected || !bar.offsetHeight) return;
    const above = Math.max(0, part.getBoundingClientRect().top - bar.getBoundingClientRect().top - MARGIN);
    document.documentElement.style.setProperty(ABOVE, `${above}px`);
    const top = parseFloat(getComputedStyle(bar).top);
    // Before the page's styles have arrived there is no such line. They change the size, and this is called again.
    if (Number.isNaN(top) || top === this.top) return;
    this.top = top;
    this.sight?.disconnect();
    // A bar that sticks has its top at the line that this margin excludes.
    const options = { root: scrolled(bar), rootMargin: `${-Math.ceil(top + 1)}px 0px 0px`, threshold: [0, 0.5, 1] };
    this.sight = new IntersectionObserver((entries) => this.see(entries.at(-1)), options);
    this.sight.observe(bar);
  }

  see({ boundingClientRect, rootBounds }) {
    const isStuck = boundingClientRect.top < rootBounds.top;
    document.documentElement.toggleAttribute(STUCK, isStuck);
    this.root.toggleAttribute("data-stuck", isStuck);
  }

  close() {
    this.sizes.disconnect();
    this.sight?.disconnect();
    document.documentElement.removeAttribute(STUCK);
    document.documentElement.style.removeProperty(ABOVE);
  }
}
