// The unedited and the edited picture, as canvases.
import { lookUp, stripeClipped } from "./lookup.js";

const pixelsOf = (image) => new Uint32Array(image.data.buffer);

export class Canvas {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.stage = find(".stage");
    this.before = find(".before canvas");
    this.after = find(".result");
    this.stripes = find(".zebra");
    this.source = null; // ImageData of the unedited picture; this.target: of the edited one
  }

  /**
   * Show another picture.
   * @param {Uint8Array} bytes of a PNG file.
   * @param {() => boolean} isWanted whether this picture is still the chosen one when it is decoded.
   * @returns {Promise<boolean>} whether it is shown.
   */
  async decode(bytes, isWanted) {
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    if (!isWanted()) return false;
    const { width, height } = image;
    for (const canvas of [this.before, this.after, this.stripes]) Object.assign(canvas, { width, height });
    this.stage.style.setProperty("--aspect", width / height);
    this.root.classList.toggle("small", width < 400 || height < 100);
    const context = this.before.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    this.source = context.getImageData(0, 0, width, height);
    this.target = new ImageData(width, height);
    return true;
  }

  /** @param {Uint8Array} table 256 entries. */
  draw(table) {
    lookUp(pixelsOf(this.source), pixelsOf(this.target), table);
    this.after.getContext("2d", { willReadFrequently: true }).putImageData(this.target, 0, 0);
    if (this.stripes.hidden) return;
    const { width, height } = this.target;
    const stripes = new ImageData(width, height);
    stripeClipped(pixelsOf(this.target), pixelsOf(stripes), width);
    this.stripes.getContext("2d").putImageData(stripes, 0, 0);
  }
}
