// The feature map of the channel: one pixel of a canvas for a cell, a frame around the chosen one.

export class ChannelMap {
  /**
   * @param {HTMLElement} root of the component.
   * @param {{point: (row: number, column: number) => void, choose: (row: number, column: number) => void,
   *   leave: () => void}} cell what a pointer does.
   */
  constructor(root, cell) {
    this.board = root.querySelector(".board");
    this.canvas = root.querySelector("canvas.map");
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      const place = (from, size, count) => Math.max(0, Math.min(count - 1, Math.floor((from / size) * count)));
      return [
        place(event.clientY - box.top, box.height, this.canvas.height),
        place(event.clientX - box.left, box.width, this.canvas.width),
      ];
    };
    this.canvas.addEventListener("pointermove", (event) => cell.point(...at(event)));
    this.canvas.addEventListener("pointerleave", () => cell.leave());
    this.canvas.addEventListener("click", (event) => cell.choose(...at(event)));
  }

  /**
   * Draw the levels, or as many of them as the walk has reached.
   * @param {Uint8Array} levels row by row; 0 is drawn as nothing.
   * @param {Uint8Array} colours red, green and blue of each level.
   * @param {{height: number, width: number}} size
   * @param {number} reached number of cells that are drawn.
   */
  draw(levels, colours, { height, width }, reached) {
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const image = new ImageData(width, height);
    for (let i = 0; i < Math.min(levels.length, reached); i += 1) {
      const level = levels[i];
      if (!level) continue;
      image.data.set(colours.subarray(3 * level, 3 * level + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    this.canvas.getContext("2d").putImageData(image, 0, 0);
    this.canvas.style.aspectRatio = `${width} / ${height}`;
  }

  /** Put the frame around a cell. */
  frame(row, column) {
    const { height, width } = this.canvas;
    const { style } = this.board;
    style.setProperty("--row", row / height);
    style.setProperty("--column", column / width);
    style.setProperty("--rows", 1 / height);
    style.setProperty("--columns", 1 / width);
  }
}
