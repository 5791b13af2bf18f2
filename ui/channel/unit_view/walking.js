// A walk of the window over the map, which fills in behind it: play, pause, and single steps.
const LONGEST = 20_000; // ms for the whole map
const SLOWEST = 250; // ms for a cell

export class Walking {
  constructor(root, view) {
    this.view = view;
    this.button = root.querySelector(".play");
    this.place = null; // number of the cell that the window is at; null without a walk
    this.timer = 0;
    this.button.addEventListener("click", () => this.toggle());
    root.querySelector(".step").addEventListener("click", () => this.step());
  }

  get isPlaying() {
    return this.timer !== 0;
  }

  /** The number of cells that are drawn. */
  get reached() {
    return this.place === null ? Infinity : this.place + 1;
  }

  get count() {
    const { height, width } = this.view.data.unit;
    return height * width;
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (this.place === null) this.place = -1;
    const pause = Math.min(SLOWEST, LONGEST / this.count);
    let last = performance.now();
    // A map of many cells has more than one in a frame.
    this.timer = setInterval(() => {
      const steps = Math.floor((performance.now() - last) / pause);
      last += steps * pause;
      if (steps) this.go(steps);
    }, 33);
    this.mark();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.mark();
  }

  step() {
    this.pause();
    this.place ??= -1;
    this.go(1);
  }

  go(steps) {
    this.place += steps;
    if (this.place >= this.count) {
      this.stop();
      this.view.point();
      return;
    }
    const { width } = this.view.data.unit;
    this.view.pointed = [Math.floor(this.place / width), this.place % width];
    this.view.paint();
    this.view.show();
  }

  stop() {
    this.pause();
    if (this.place === null) return;
    this.place = null;
    this.view.pointed = null;
    if (this.view.data) this.view.paint();
  }

  mark() {
    this.button.textContent = this.isPlaying ? "Pause" : "Walk";
    this.button.setAttribute("aria-pressed", String(this.isPlaying));
  }
}
