// The table look-up, as functions without a page: each value of each pixel is replaced by the one that Python computed.

/**
 * The table of one amount: 256 entries.
 * @param {Uint8Array} tables 256 entries for each step of the slider.
 * @param {number} amount
 * @param {{minimum: number, step: number}} kind of brightness: the first amount and the step of its slider.
 */
export function tableAt(tables, amount, { minimum, step }) {
  const place = 256 * Math.round((amount - minimum) / step);
  return tables.subarray(place, place + 256);
}

/**
 * Look up red, green and blue of each pixel. The result is opaque.
 * @param {Uint32Array} from one entry for each pixel, as in a canvas: red in the lowest byte.
 * @param {Uint32Array} to of the same length; it is filled.
 * @param {Uint8Array} table 256 entries.
 */
export function lookUp(from, to, table) {
  const red = new Uint32Array(table);
  const green = red.map((value) => value << 8);
  const blue = red.map((value) => ((value << 16) | 0xff000000) >>> 0);
  for (let i = 0; i < from.length; i += 1) {
    const pixel = from[i];
    to[i] = red[pixel & 255] | green[(pixel >>> 8) & 255] | blue[(pixel >>> 16) & 255];
  }
}

/**
 * Draw stripes over each pixel that has a channel at 255 (red and white) or at 0 (blue and black). A pixel with both
 * counts as at 255.
 * @param {Uint32Array} from as above.
 * @param {Uint32Array} to of the same length, transparent; it is filled.
 * @param {number} width pixels in a row.
 */
export function stripeClipped(from, to, width) {
  const period = Math.max(6, Math.round(width / 110));
  for (let i = 0; i < from.length; i += 1) {
    const pixel = from[i];
    const red = pixel & 255;
    const green = (pixel >>> 8) & 255;
    const blue = (pixel >>> 16) & 255;
    const isHigh = red === 255 || green === 255 || blue === 255;
    if (!isHigh && red && green && blue) continue;
    const isLight = ((i % width) + Math.floor(i / width)) % (2 * period) < period;
    if (isHigh) to[i] = isLight ? 0xff3010e0 : 0xffffffff;
    else to[i] = isLight ? 0xffff6010 : 0xff000000;
  }
}
