// The probe: position and values of one pixel, in the unedited and the edited picture.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const inside = (value, size) => Math.min(Math.max(value, 0), size - 1);
const patch = (rgb) => `<i style="background: rgb(${rgb.join()})"></i>`;

export class Probe {
  /** @param {import("./canvas.js").Canvas} picture */
  constructor(root, picture) {
    this.picture = picture;
    this.text = root.querySelector(".probe");
    this.crosses = root.querySelectorAll(".cross");
    this.position = null; // column, row
    for (const canvas of [picture.before, picture.after]) {
      for (const kind of ["pointermove", "pointerdown"]) {
        canvas.addEventListener(kind, (event) => this.point(canvas, event));
      }
      canvas.addEventListener("keydown", (event) => this.step(event));
    }
  }

  point(canvas, event) {
    if (!this.picture.source) return;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
    this.place(column, row);
  }

  step(event) {
    const move = STEPS[event.key];
    const { source } = this.picture;
    if (!move || !source) return;
    event.preventDefault();
    const [column, row] = this.position ?? [Math.floor(source.width / 2), Math.floor(source.height / 2)];
    this.place(column + move[0], row + move[1]);
  }

  place(column, row) {
    const { width, height } = this.picture.source;
    this.position = [inside(column, width), inside(row, height)];
    this.report();
  }

  clear() {
    this.position = null;
  }

  report() {
    for (const cross of this.crosses) cross.hidden = !this.position;
    if (!this.position) {
      this.text.textContent = "Point at the picture or tap it to read a pixel.";
      return;
    }
    const { source, target } = this.picture;
    const [column, row] = this.position;
    for (const cross of this.crosses) {
      cross.style.left = `${((column + 0.5) / source.width) * 100}%`;
      cross.style.top = `${((row + 0.5) / source.height) * 100}%`;
    }
    const at = 4 * (row * source.width + column);
    const [before, after] = [source, target].map((image) => Array.from(image.data.subarray(at, at + 3)));
    const channels = ["R", "G", "B"].map((name, index) => `${name} ${before[index]} → ${after[index]}`);
    this.text.innerHTML = `<b>column ${column}, row ${row}</b> · ${patch(before)} → ${patch(after)} · ${channels.join(" · ")}`;
  }
}
