// Draws the field of the cell under the pointer on the picture in the sidebar: one cursor in all layers.
import { FIELD, hear } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";
import { SIDEBAR_PICTURE } from "../../parts/browser/streamlit_dom.js";

class FieldCursor {
  constructor() {
    this.box = document.createElement("div");
    this.box.className = "vizcore-field";
    this.stop = hear(FIELD, (cell) => this.show(cell));
  }

  update(data) {
    this.data = data;
  }

  /** @param {{layer: string, rows: [number, number], columns: [number, number]} | null} cell first and last unit. */
  show(cell) {
    const fields = cell && this.data.layers[cell.layer];
    const place = document.querySelector(SIDEBAR_PICTURE);
    this.box.hidden = true;
    if (!fields || !place) return;
    const [height, width] = this.data.size;
    const around = (intervals, [first, last]) => [intervals[first]?.[0] ?? 0, intervals[last]?.[1] ?? 0];
    const [top, bottom] = around(fields.rows, cell.rows);
    const [left, right] = around(fields.columns, cell.columns);
    if (top >= bottom || left >= right) return;
    if (this.box.parentElement !== place) place.append(this.box);
    const share = (number, whole) => `${(100 * number) / whole}%`;
    Object.assign(this.box.style, {
      top: share(top, height),
      height: share(bottom - top, height),
      left: share(left, width),
      width: share(right - left, width),
    });
    this.box.hidden = false;
  }

  close() {
    this.stop();
    this.box.remove();
  }
}

export default function ({ data, parentElement }) {
  const [cursor, leave] = mounted(parentElement.querySelector("span"), () => new FieldCursor());
  cursor.update(data);
  return leave;
}
