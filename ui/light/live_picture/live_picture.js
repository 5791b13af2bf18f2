// The picture under a dragged slider. While the thumb moves everything happens here: each value of each pixel is looked
// up in the table that Python computed for this amount. On release Python is told once.
const KEYBOARD_PAUSE = 350; // ms without a key before a value set by keyboard counts as released
const ANSWER_LIMIT = 3000; // ms without an answer
const TOO_SLOW = 1200; // ms for an answer, beyond which following a thumb is no following
const TRY_AGAIN = 10000; // ms after which answers that were too slow may have become quicker
const THINNEST = 0.4; // percent of the slider: a band that can be seen
const SAID = 100; // ms after which what was said is on its way
const LEAVING = 4000; // ms within which a page that is being left is gone
const FEW = 5; // answers a second, below which it is said that there are few

const store = (globalThis.vizcorePayloads ??= new Map());

function payload(name, use) {
  if (store.has(name)) { use(store.get(name)); return () => {}; }
  const arrived = (event) => {
    if (event.detail !== name) return;
    document.removeEventListener("vizcore-payload", arrived);
    use(store.get(name));
  };
  document.addEventListener("vizcore-payload", arrived);
  return () => document.removeEventListener("vizcore-payload", arrived);
}

class LivePicture {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, {
      root, slider: find(".amount"), formula: find(".formula"), stage: find(".stage"), probe: find(".probe"),
      before: find(".before canvas"), after: find(".result"), zebra: find(".zebra"), divider: find(".divider"),
      data: {}, source: null, tables: null, dragging: false, timer: 0, frame: 0, position: null, forget: [],
      sent: null, // an amount that Python has been told and has not answered yet
      streamed: null, // the last amount on the way that what follows was told
      asked: 0, // when it was, as long as it is not answered
      times: [], // what the last answers took
      leavingUntil: 0,
      toldAt: -Infinity, // when something was last said
    });
    this.coloured = (event) => this.ribbon(event.detail);
    document.addEventListener("vizcore-ribbon", this.coloured);
    this.heard = (event) => this.answered(event.detail);
    document.addEventListener("vizcore-answered", this.heard);
    this.left = (event) => {
      // A new tab leaves nothing.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.type === "popstate" || event.target.closest?.("[data-testid^=stPageLink]")) this.leave(event);
    };
    document.addEventListener("click", this.left, { capture: true });
    addEventListener("popstate", this.left);
    this.slider.addEventListener("pointerdown", () => { this.dragging = true; });
    this.slider.addEventListener("input", () => this.follow());
    this.slider.addEventListener("change", () => this.settle(this.dragging ? 0 : KEYBOARD_PAUSE));
    for (const gone of ["pointerup", "pointercancel"]) {
      // The browser reports the change after the pointer is up; the flag must live until then.
      this.slider.addEventListener(gone, () => setTimeout(() => {
        this.dragging = false;
        // Back where it began it has not changed, says the browser; but what followed has.
        if (this.streamed !== null && !this.timer) this.settle(0);
        this.tellPace();
        this.more();
      }));
    }
    for (const button of root.querySelectorAll("[data-view]")) {
      if (button.tagName === "BUTTON") button.addEventListener("click", () => this.show(button.dataset.view));
    }
    this.divider.addEventListener("input", () => this.divide());
    find(".show-clipped").addEventListener("change", (event) => {
      this.zebra.hidden = !event.target.checked;
      find(".legend").hidden = !event.target.checked;
      this.draw();
    });
    for (const canvas of [this.before, this.after]) {
      for (const kind of ["pointermove", "pointerdown"]) canvas.addEventListener(kind, (event) => this.point(canvas, event));
      canvas.addEventListener("keydown", (event) => this.step(event));
    }
  }

  update(data, setTriggerValue) {
    const old = this.data;
    this.data = data;
    this.tell = setTriggerValue;
    this.root.dataset.layout = data.layout;
    if (old.kind !== data.kind) {
      Object.assign(this.slider, { min: data.minimum, max: data.maximum, step: data.step });
      this.slider.setAttribute("aria-label", data.label);
      this.root.querySelector(".name").textContent = data.label;
      clearTimeout(this.timer);
      this.timer = 0;
    }
    if (old.kind !== data.kind || old.wears !== data.wears) {
      this.ribbon();
      document.dispatchEvent(new CustomEvent("vizcore-ribbon-wanted"));
    }
    if (old.followed_by !== data.followed_by) this.times = [];
    if (this.sent === data.amount || old.kind !== data.kind) this.sent = null;
    // A thumb that is held, or a value not yet sent or answered, is newer than what the server says.
    if (!this.dragging && !this.timer && this.sent === null) this.slider.value = data.amount;
    if (old.picture !== data.picture || old.tables !== data.tables) {
      this.forget.forEach((forget) => forget());
      this.forget = [payload(data.picture, (bytes) => this.decode(bytes, data.picture)),
        payload(data.tables, (bytes) => { this.tables = bytes; this.draw(); })];
    }
    this.write();
    this.draw();
  }

  async decode(bytes, name) {
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }),
      { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    if (this.data.picture !== name) return;
    for (const canvas of [this.before, this.after, this.zebra]) {
      Object.assign(canvas, { width: image.width, height: image.height });
    }
    this.stage.style.setProperty("--aspect", image.width / image.height);
    this.root.classList.toggle("small", image.width < 400 || image.height < 100);
    const context = this.before.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    this.source = context.getImageData(0, 0, image.width, image.height);
    this.target = new ImageData(image.width, image.height);
    this.position = null;
    this.root.dataset.picture = name;
    this.draw();
  }

  get amount() { return Number(this.slider.value); }
  get written() { return this.amount.toFixed(this.data.decimals); }
  get table() {
    const row = Math.round((this.amount - this.data.minimum) / this.data.step);
    return this.tables.subarray(row * 256, row * 256 + 256);
  }

  follow() {
    this.forgive();
    this.write();
    this.stream();
    this.tellPace();
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  // A part of a page that asks to run once the page is being left is answered with nothing, and nothing is what the next
  // page then shows (Streamlit 1.67). So what is to be said is said first, and no more until the page is gone.
  leave(event) {
    // What Streamlit is told goes out a little later, and must not be overtaken by the click. (A click of ours passes.)
    const isOnItsWay = performance.now() - this.toldAt < SAID;
    if (event.type === "click" && event.isTrusted && (this.timer || isOnItsWay)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.timer) {
        clearTimeout(this.timer);
        this.timer = 0;
        this.release(false);
      }
      setTimeout(() => event.target.click(), SAID);
    }
    this.leavingUntil = performance.now() + LEAVING;
    // Who stayed, after all, goes on.
    setTimeout(() => this.more(), LEAVING + 1);
  }

  get isLeaving() { return performance.now() < this.leavingUntil; }

  settle(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      // What has followed to another place comes back, too.
      if (this.amount !== (this.sent ?? this.data.amount) || this.streamed !== null) this.release(true);
      else { this.tellPace(); this.more(); }
    }, pause);
  }

  // One question at a time, always with the newest amount: none waits in a queue.
  stream() {
    const amount = this.amount, held = this.dragging || this.timer;
    if (!this.data.followed_by || !held || this.isLeaving || this.asked || amount === this.streamed || this.answerTime > TOO_SLOW) return;
    const charts = [...document.querySelectorAll("[data-follows]")].filter((chart) => {
      const { top, bottom, height } = chart.getBoundingClientRect();
      return height && bottom > 0 && top < innerHeight;
    });
    const question = new CustomEvent("vizcore-drag", {
      cancelable: true,
      detail: { kind: this.data.kind, amount, charts: charts.map((chart) => chart.dataset.follows) },
    });
    // A page that has not come so far, as one that waits for a network, has nothing that follows.
    if (document.dispatchEvent(question)) return;
    this.streamed = amount;
    this.asked = this.toldAt = performance.now();
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.answered({ amount: this.streamed }), ANSWER_LIMIT);
  }

  // A busy moment passes: two more answers decide.
  forgive() {
    if (this.answerTime > TOO_SLOW && performance.now() - this.answeredAt > TRY_AGAIN) this.times = this.times.slice(-1);
  }

  answered({ amount, refusal }) {
    if (!this.asked || amount !== this.streamed) return;
    this.refusal = refusal;
    clearTimeout(this.patience);
    this.times = [...this.times.slice(-4), performance.now() - this.asked];
    this.asked = 0;
    this.answeredAt = performance.now();
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
    this.stream();
    this.tellPace();
  }

  // Why charts do not follow, or how quickly, where that is less than one would think. Only while it matters.
  tellPace() {
    const seconds = this.answerTime / 1000, isHeld = this.dragging || this.timer;
    this.root.querySelector(".following").textContent = !isHeld ? ""
      : this.refusal ? this.refusal
      : !seconds || 1 / seconds >= FEW ? ""
      : this.answerTime > TOO_SLOW ? `An answer takes ${seconds.toFixed(1)} s: the maps follow when the slider is released`
      : `${(1 / seconds).toFixed(1)} answers a second: with fewer maps on the screen it is quicker`;
  }

  // Of the last answers in the middle: one that is late does not count. 0 as long as there are too few.
  get answerTime() { return this.times.length < 3 ? 0 : this.times.toSorted((a, b) => a - b)[this.times.length >> 1]; }

  release(again) {
    const amount = this.amount;
    this.sent = amount;
    this.streamed = null;
    this.asked = 0;
    this.refusal = undefined;
    clearTimeout(this.patience);
    this.tellPace();
    this.toldAt = performance.now();
    this.tell("released", { kind: this.data.kind, amount });
    clearTimeout(this.limit);
    this.limit = setTimeout(() => {
      this.sent = null;
      this.more();
      if (this.dragging || this.timer || this.data.amount === this.amount) return;
      // Nobody answered. After a lost connection the first word reaches a session that does not know us yet: say it
      // once more. Then Python's word holds.
      if (again && this.amount === amount) this.release(false);
      else { this.slider.value = this.data.amount; this.follow(); }
    }, ANSWER_LIMIT);
  }

  write() {
    const { formula, label } = this.data;
    // The formula has places for the number, with its sign or apart from it.
    const size = this.written.replace("-", ""), isNegative = size !== this.written;
    const places = { amount: isNegative ? `−${size}` : size, sign: isNegative ? "−" : "+", size };
    const filled = formula.replace(/\{(\w+)\}/g, (_, place) => places[place]);
    this.formula.innerHTML = `<math><mrow><mi>v</mi><mo lspace="0" rspace="0.2em">′</mo><mo>=</mo>${filled}</mrow></math>`;
    this.slider.setAttribute("aria-valuetext", `${label} ${this.written}`);
    // The typed amount is that of record: until the thumb's own is, it steps back.
    document.documentElement.toggleAttribute("data-vizcore-underway", this.amount !== this.data.amount);
    this.tellWinner();
  }

  // Under the track: the class that wins at each level, and how sure of it the network is. It comes a little after the
  // slider, once all levels are computed; for another picture, network or kind it is taken away until then.
  ribbon(given) {
    const { kind, wears } = this.data;
    this.levels = given && given.kind === kind && given.wears === wears ? given : undefined;
    const svg = this.root.querySelector(".ribbon"), flip = this.root.querySelector(".flip");
    for (const part of [svg, flip]) part.toggleAttribute("hidden", !this.levels);
    if (!this.levels) return;
    const { amounts, bands, colours, names, probabilities, about } = this.levels;
    const { minimum, maximum } = this.data, at = (amount) => (100 * (amount - minimum)) / (maximum - minimum);
    svg.setAttribute("viewBox", "0 0 100 100");
    // A class that wins at one step of the slider is seen, too.
    const drawn = bands.map(([winner, start, end]) => {
      const x = at(start), width = Math.max(THINNEST, at(end) - x);
      return `<rect x="${Math.min(x, 100 - width)}" y="0" width="${width}" height="100" fill="${colours[winner]}"/>`;
    });
    const points = probabilities.map((p, i) => `${at(amounts[i])},${100 - 100 * p}`).join(" ");
    svg.innerHTML = `${drawn.join("")}<polyline points="${points}"/><polyline class="winner" points="${points}"/>`;
    // Names come from a file: they are set as text.
    const legend = [...new Set(bands.map(([winner]) => winner))].map((winner) => {
      const entry = document.createElement("span"), swatch = document.createElement("i");
      swatch.style.background = colours[winner];
      entry.append(swatch, names[winner]);
      return entry;
    });
    const line = document.createElement("span");
    line.append(document.createElement("b"), "its probability, 0 to 100%");
    flip.querySelector(".classes").replaceChildren(...legend, line);
    this.root.dataset.ribbon = String(amounts.length);
    flip.title = about;
    this.tellWinner();
    this.more();
  }

  // The rest of a ribbon that takes long is asked for as long as nobody waits for anything else.
  more() {
    if (this.levels?.more && !this.dragging && !this.timer && this.sent === null && !this.isLeaving) {
      this.toldAt = performance.now();
      document.dispatchEvent(new CustomEvent("vizcore-ribbon-more"));
    }
  }

  // From where to where the class at the thumb wins.
  tellWinner() {
    if (!this.levels) return;
    const { flips, sentences, at, exception, more } = this.levels;
    const sentence = (at === this.amount && exception) || sentences[flips.filter((flip) => flip < this.amount).length];
    this.root.querySelector(".ribbon").setAttribute("aria-label", sentence);
    const said = this.root.querySelector(".flip p");
    // How far it is changes several times a second: to be read, not to be listened to.
    said.setAttribute("aria-live", more ? "off" : "polite");
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  draw() {
    if (!this.source || !this.tables || this.tables.length < 256) return;
    const table = this.table, from = new Uint32Array(this.source.data.buffer), to = new Uint32Array(this.target.data.buffer);
    const red = new Uint32Array(table), green = red.map((v) => v << 8), blue = red.map((v) => ((v << 16) | 0xff000000) >>> 0);
    for (let i = 0; i < from.length; i += 1) {
      const v = from[i];
      to[i] = red[v & 255] | green[(v >>> 8) & 255] | blue[(v >>> 16) & 255];
    }
    this.after.getContext("2d", { willReadFrequently: true }).putImageData(this.target, 0, 0);
    this.root.dataset.drawn = this.written;
    if (!this.zebra.hidden) this.drawZebra(to);
    this.report();
  }

  drawZebra(values) {
    const { width, height } = this.zebra, stripes = new ImageData(width, height), to = new Uint32Array(stripes.data.buffer);
    const period = Math.max(6, Math.round(width / 110));
    for (let i = 0; i < values.length; i += 1) {
      const v = values[i], r = v & 255, g = (v >>> 8) & 255, b = (v >>> 16) & 255;
      const high = r === 255 || g === 255 || b === 255;
      if (!high && r && g && b) continue;
      const light = ((i % width) + Math.floor(i / width)) % (2 * period) < period;
      to[i] = high ? (light ? 0xff3010e0 : 0xffffffff) : (light ? 0xffff6010 : 0xff000000);
    }
    this.zebra.getContext("2d").putImageData(stripes, 0, 0);
  }

  show(view) {
    this.stage.dataset.view = view;
    for (const button of this.root.querySelectorAll("button[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
    for (const part of [this.divider, this.root.querySelector(".edge")]) part.hidden = view !== "swipe";
    this.divide();
  }

  divide() { this.stage.style.setProperty("--divide", `${this.divider.value / 10}%`); }

  point(canvas, event) {
    if (!this.source) return;
    const box = canvas.getBoundingClientRect();
    this.place(Math.floor(((event.clientX - box.left) / box.width) * canvas.width),
      Math.floor(((event.clientY - box.top) / box.height) * canvas.height));
  }

  step(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move || !this.source) return;
    event.preventDefault();
    const [x, y] = this.position ?? [Math.floor(this.source.width / 2), Math.floor(this.source.height / 2)];
    this.place(x + move[0], y + move[1]);
  }

  place(x, y) {
    const inside = (value, size) => Math.min(Math.max(value, 0), size - 1);
    this.position = [inside(x, this.source.width), inside(y, this.source.height)];
    this.report();
  }

  report() {
    const crosses = this.root.querySelectorAll(".cross");
    crosses.forEach((cross) => { cross.hidden = !this.position; });
    if (!this.position) {
      this.probe.textContent = "Point at the picture or tap it to read a pixel.";
      return;
    }
    const [x, y] = this.position, { width, height } = this.source, at = 4 * (y * width + x);
    crosses.forEach((cross) => {
      cross.style.left = `${((x + 0.5) / width) * 100}%`;
      cross.style.top = `${((y + 0.5) / height) * 100}%`;
    });
    const values = (image) => Array.from(image.data.subarray(at, at + 3));
    const [old, now] = [values(this.source), values(this.target)];
    const patch = (rgb) => `<i style="background: rgb(${rgb.join()})"></i>`;
    this.probe.innerHTML = `<b>column ${x}, row ${y}</b> · ${patch(old)} → ${patch(now)} · `
      + ["R", "G", "B"].map((name, i) => `${name} ${old[i]} → ${now[i]}`).join(" · ");
  }

  close() {
    document.documentElement.removeAttribute("data-vizcore-underway");
    document.removeEventListener("vizcore-answered", this.heard);
    document.removeEventListener("vizcore-ribbon", this.coloured);
    document.removeEventListener("click", this.left, { capture: true });
    removeEventListener("popstate", this.left);
    clearTimeout(this.patience);
    this.forget.forEach((forget) => forget());
    clearTimeout(this.timer);
    clearTimeout(this.limit);
    cancelAnimationFrame(this.frame);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live");
  root.view ??= new LivePicture(root);
  root.view.update(data, setTriggerValue);
  // Called also for a run that was overtaken by the next one: only what has left the page is closed.
  return () => setTimeout(() => { if (!root.isConnected) root.view.close(); });
}
