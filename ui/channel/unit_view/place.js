// The picture with the field of a cell on it, and the field enlarged: of the original and of the edited picture.
import { PAYLOAD, hear, shared } from "../../parts/browser/events.js";
import { lookUp, tableAt } from "../../light/live_picture/lookup.js";

const MOST = 320; // pixels of an enlarged side

export class Place {
  constructor(root) {
    this.photo = root.querySelector(".photo");
    this.canvas = this.photo.querySelector("canvas");
    this.box = root.querySelector(".box");
    this.cuts = { original: root.querySelector(".original"), edited: root.querySelector(".edited") };
    this.source = null; // ImageData of the unedited picture; this.edited: of the edited one
    this.stop = hear(PAYLOAD, () => this.fetch());
  }

  /** @param {{picture: string, tables: string, kind: object}} names of the bytes, and the slider's first amount and step. */
  async fetch(names = this.names) {
    this.names = names;
    const content = names && shared.payloads.get(names.picture);
    if (!content || this.shown === names.picture) {
      this.draw();
      return;
    }
    this.shown = names.picture;
    const image = await createImageBitmap(new Blob([content], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    if (this.names.picture !== names.picture) return;
    const { width, height } = image;
    Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    this.source = context.getImageData(0, 0, width, height);
    this.edited = new ImageData(width, height);
    this.photo.style.setProperty("--aspect", width / height);
    this.draw();
  }

  /** Show the picture at an amount. */
  light(amount) {
    this.amount = amount;
    this.draw();
  }

  draw() {
    const tables = this.names && shared.payloads.get(this.names.tables);
    if (!this.source || !tables || this.amount === undefined) return;
    const pixels = ({ data }) => new Uint32Array(data.buffer);
    lookUp(pixels(this.source), pixels(this.edited), tableAt(tables, this.amount, this.names.kind));
    this.canvas.getContext("2d").putImageData(this.edited, 0, 0);
    this.cut();
  }

  /**
   * Show the field of a cell.
   * @param {[number, number]} rows first row of the picture and the one behind the last; empty for none.
   * @param {[number, number]} columns likewise.
   */
  show(rows, columns) {
    this.rows = rows;
    this.columns = columns;
    this.cut();
  }

  cut() {
    const { rows, columns, source } = this;
    const isEmpty = !rows || rows[0] >= rows[1] || columns[0] >= columns[1];
    this.box.hidden = isEmpty || !source;
    if (this.box.hidden) {
      for (const canvas of Object.values(this.cuts)) Object.assign(canvas, { width: 1, height: 1 });
      return;
    }
    const { width, height } = source;
    const share = (number, whole) => `${(100 * number) / whole}%`;
    Object.assign(this.box.style, {
      top: share(rows[0], height),
      height: share(rows[1] - rows[0], height),
      left: share(columns[0], width),
      width: share(columns[1] - columns[0], width),
    });
    for (const [side, canvas] of Object.entries(this.cuts)) {
      const size = [columns[1] - columns[0], rows[1] - rows[0]];
      Object.assign(canvas, { width: size[0], height: size[1] });
      canvas.style.imageRendering = Math.max(...size) < MOST ? "pixelated" : "auto";
      canvas.style.aspectRatio = `${size[0]} / ${size[1]}`;
      const image = this[side === "edited" ? "edited" : "source"];
      // Only the field is copied, not the whole picture.
      canvas.getContext("2d").putImageData(image, -columns[0], -rows[0], columns[0], rows[0], ...size);
    }
  }

  close() {
    this.stop();
  }
}
