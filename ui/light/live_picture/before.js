// Before and after by one gesture: while the button or its key is held, the page shows everything as it is. The thumb
// stays where it is.
const KEY = "b";
const PRESSES = new Set([" ", "Enter"]); // keys that hold the button while it has the focus
const NO_TEXT = new Set(["range", "checkbox", "radio", "button", "submit", "reset", "file", "color", "image"]);

/**
 * Whether a key goes into a field.
 * @param {KeyboardEvent} event
 */
export function isTyping(event) {
  // Inside a component the event's own target is the component.
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return Boolean(target.isContentEditable || target.matches?.("textarea, select"));
}

export class Before {
  constructor(live) {
    this.live = live;
    this.button = live.root.querySelector(".hold");
    this.by = ""; // what holds it: a key, "pointer", or nothing
    this.listening = new AbortController();
    const { signal } = this.listening;
    const hear = (target, names, heard) => {
      for (const name of names) target.addEventListener(name, heard, { signal });
    };
    hear(this.button, ["pointerdown"], (event) => event.button === 0 && this.begin("pointer"));
    // A long touch would open the browser's menu.
    hear(this.button, ["contextmenu"], (event) => event.preventDefault());
    hear(this.button, ["keydown"], (event) => PRESSES.has(event.key) && this.press(event));
    hear(document, ["keydown"], (event) => event.key.toLowerCase() === KEY && !isTyping(event) && this.press(event));
    hear(window, ["keyup"], (event) => event.key.toLowerCase() === this.by && this.end());
    hear(window, ["pointerup", "pointercancel"], () => this.by === "pointer" && this.end());
    hear(document.documentElement, ["pointerleave"], () => this.by === "pointer" && this.end());
    hear(window, ["blur"], () => this.end());
    hear(document, ["visibilitychange"], () => this.end());
  }

  get isHeld() {
    return this.by !== "";
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (PRESSES.has(event.key)) event.preventDefault();
    if (!event.repeat) this.begin(event.key.toLowerCase());
  }

  begin(by) {
    if (!this.isHeld && !this.live.leaving.isLeaving) this.turn(by);
  }

  end() {
    if (this.isHeld) this.turn("");
  }

  turn(by) {
    this.by = by;
    this.live.root.toggleAttribute("data-before", this.isHeld);
    this.button.setAttribute("aria-pressed", String(this.isHeld));
    this.live.turn();
  }

  close() {
    this.by = "";
    this.listening.abort();
  }
}
