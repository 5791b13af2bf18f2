// Sends the ribbon to the slider of this page. It is an element of its own, the last one, so the slider need not wait.
import { RIBBON, RIBBON_MORE, RIBBON_WANTED, hear, send } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";

class Ribbon {
  constructor(marker) {
    this.marker = marker;
    // The slider asks for the ribbon when it is mounted later or has changed its kind. It asks for more while its thumb
    // is not held.
    this.stops = [hear(RIBBON_WANTED, () => this.say()), hear(RIBBON_MORE, () => this.ask())];
  }

  update(data, tell) {
    Object.assign(this, { data, tell });
    this.mark();
    this.say();
  }

  /** Write the state into the element, for tests: "growing", "paused" until the slider asks for more, or "whole". */
  mark() {
    const { more } = this.data;
    const growing = more === this.asked ? "growing" : "paused";
    this.marker.removeAttribute("data-busy");
    this.marker.dataset.state = more ? growing : "whole";
  }

  say() {
    if (this.marker.isConnected) send(RIBBON, this.data.bands ? this.data : undefined);
  }

  /** Ask Python for more of an incomplete ribbon, once for each answer, so that no question waits in a queue. */
  ask() {
    const { more } = this.data;
    if (!this.marker.isConnected || !more || more === this.asked) return;
    this.asked = more;
    this.mark();
    this.tell("more", more);
  }

  close() {
    for (const stop of this.stops) stop();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const marker = parentElement.querySelector("span");
  const [ribbon, leave] = mounted(marker, () => new Ribbon(marker));
  ribbon.update(data, setTriggerValue);
  return leave;
}
