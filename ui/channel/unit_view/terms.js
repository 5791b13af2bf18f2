// The terms of one cell of a channel, from the window that moves over the inputs of its layer. No page is needed here.
// `vizcore/units/walk.py` describes the moving window.

const PADDING = -1;

/**
 * The terms of one cell; undefined if the window at this cell is not known.
 * @param {object} walk rows, columns: the places that the window covers at each row and column of the layer, null where
 *   they are not known; kernel: Float64Array, kh × kw × C factors; bias; combination.
 * @param {{values: Float32Array, width: number, channels: number}} inputs h × w × C.
 * @param {number} row of the cell.
 * @param {number} column of the cell.
 * @returns {{window: Float64Array, products: Float64Array, contributions: Float64Array, padding: boolean[],
 *   height: number, width: number, before: number} | undefined} window and products: kh × kw × C; padding: kh × kw;
 *   before: the value before the activation function.
 */
export function termsAt(walk, inputs, row, column) {
  const rows = walk.rows[row];
  const columns = walk.columns[column];
  if (!rows || !columns) return undefined;
  const { channels } = inputs;
  const window = new Float64Array(rows.length * columns.length * channels);
  const padding = [];
  let place = 0;
  for (const y of rows) {
    for (const x of columns) {
      const isOutside = y === PADDING || x === PADDING;
      padding.push(isOutside);
      const from = (y * inputs.width + x) * channels;
      for (let channel = 0; channel < channels; channel += 1, place += 1)
        if (!isOutside) window[place] = inputs.values[from + channel];
    }
  }
  const products = productsOf(walk, window, padding, channels);
  const contributions = new Float64Array(channels);
  for (let i = 0; i < products.length; i += 1) contributions[i % channels] += products[i];
  let before = walk.bias;
  if (walk.combination === "product") before = contributions.reduce((product, value) => product * value, 1);
  else for (const contribution of contributions) before += contribution;
  return { window, products, contributions, padding, height: rows.length, width: columns.length, before };
}

function productsOf({ combination, kernel }, window, padding, channels) {
  if (combination === "product") return window;
  if (combination === "sum") return window.map((value, i) => value * kernel[i]);
  const inside = padding.filter((isOutside) => !isOutside).length;
  if (combination === "mean") return window.map((value) => value / inside);
  // One input wins. Padding never does; of equal values the first wins. NaN wins over every number.
  const sign = combination === "largest" ? 1 : -1;
  let winner = -1;
  for (let i = 0; i < window.length; i += 1) {
    if (padding[Math.floor(i / channels)]) continue;
    if (winner < 0 || (!Number.isNaN(window[winner]) && !(sign * window[i] <= sign * window[winner]))) winner = i;
  }
  return window.map((value, i) => (i === winner ? value : 0));
}

/**
 * The result of the activation function; undefined for a function that is not computed here.
 * @param {{name: string, constants: object}} activation as in Keras.
 * @param {number} before
 */
export function activated({ name, constants }, before) {
  if (name === "linear" || Number.isNaN(before)) return before;
  if (constants.negative_slope === undefined) return undefined;
  const { negative_slope: slope, threshold, max_value: most = Infinity } = constants;
  if (before > threshold) return Math.min(before, most);
  return slope ? slope * (before - threshold) : 0;
}

/**
 * The places of some numbers by their size, the largest first; of equal ones the first comes first, NaN before all.
 * @param {ArrayLike<number>} numbers
 */
export function bySize(numbers) {
  const size = (i) => (Number.isNaN(numbers[i]) ? Infinity : Math.abs(numbers[i]));
  return Array.from(numbers, (_, i) => i).toSorted((a, b) => size(b) - size(a) || a - b);
}

/** A number in five characters, for a small cell: "0.211" as ".211", and "8e−5" for what three decimals do not show. */
export function writtenShort(number) {
  const size = Math.abs(number);
  if (!Number.isFinite(number) || number === 0) return written(number);
  if (size >= 1000 || size < 0.0005) return number.toExponential(0).replace("e+", "e").replaceAll("-", "−");
  const text = size < 1 ? number.toFixed(3).replace("0.", ".") : written(number, 3);
  return text.replace("-", "−");
}

/** A number with a few digits, and a minus sign. */
export function written(number, digits = 4) {
  if (!Number.isFinite(number)) return String(number).replace("-", "−");
  const text = number === 0 ? "0" : String(Number(number.toPrecision(digits)));
  return text.replace("-", "−");
}
