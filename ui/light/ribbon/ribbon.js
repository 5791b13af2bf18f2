// What colours the slider of this page. It is an element of its own, the last one: the slider need not wait for it.
import { RIBBON, RIBBON_MORE, RIBBON_WANTED, hear, send } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";

class Ribbon {
  constructor(marker) {
    this.marker = marker;
    // The slider may be mounted later, or change its kind in between; and it knows when nobody holds its thumb.
    this.stops = [hear(RIBBON_WANTED, () => this.say()), hear(RIBBON_MORE, () => this.ask())];
  }

  update(data, tell) {
    Object.assign(this, { data, tell });
    this.mark();
    this.say();
  }

  /** For whoever looks at the page from outside: "growing", "paused" while nobody asks for more, or "whole". */
  mark() {
    const { more } = this.data;
    const growing = more === this.asked ? "growing" : "paused";
    this.marker.removeAttribute("data-busy");
    this.marker.dataset.state = more ? growing : "whole";
  }

  say() {
    if (this.marker.isConnected) send(RIBBON, this.data.bands ? this.data : undefined);
  }

  /** For more of a ribbon that is not whole yet. Once for each answer: none waits in a queue. */
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
