// The arithmetic of one cell, written out: for each of the strongest input channels the window, the kernel and their
// products; the other channels in one line; then the sums, for the original and the edited picture.
import { pointTo } from "../../parts/browser/channel_link.js";
import { activated, bySize, termsAt, written, writtenShort } from "./terms.js";

const EXPANDED = 3; // input channels whose products are written out
const LISTED = 8; // input channels with a line of their own
const MOST_NUMBERS = 49; // cells of a window that have room for numbers
const SIDES = ["original", "edited"];

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A table of numbers, coloured by sign and size. */
class Grid {
  constructor(label) {
    this.root = element("div", "grid");
    this.root.setAttribute("role", "img");
    this.label = label;
    this.cells = [];
  }

  /**
   * @param {ArrayLike<number>} numbers row by row.
   * @param {{width: number, largest: number, padding?: boolean[], changes?: ArrayLike<number>, change?: number}} how
   *   largest: the number with the full colour; changes: the differences to the other picture, the largest is `change`.
   */
  write(numbers, { width, largest, padding, changes, change }) {
    this.root.style.setProperty("--columns", width);
    while (this.cells.length < numbers.length) this.cells.push(this.root.appendChild(element("span", "")));
    while (this.cells.length > numbers.length) this.cells.pop().remove();
    const hasRoom = numbers.length <= MOST_NUMBERS;
    this.root.toggleAttribute("data-dense", !hasRoom);
    for (const [i, cell] of this.cells.entries()) {
      const number = numbers[i];
      const isPadding = padding?.[i] ?? false;
      const strength = largest > 0 && Number.isFinite(number) ? Math.min(1, Math.abs(number) / largest) : 0;
      cell.style.setProperty("--strength", strength.toFixed(3));
      cell.dataset.sign = number < 0 ? "below" : "above";
      cell.toggleAttribute("data-padding", isPadding);
      const text = isPadding ? "pad" : writtenShort(number);
      cell.textContent = hasRoom ? text : "";
      cell.title = isPadding ? "padding: 0" : written(number, 9);
      const moved = changes && change > 0 && Number.isFinite(changes[i]) ? Math.abs(changes[i]) / change : 0;
      cell.style.setProperty("--moved", moved ? `${(1 + 3 * moved).toFixed(2)}px` : "0px");
      if (moved) cell.title += `, ${written(changes[i], 4)} by the edit`;
    }
    const shown = Array.from(numbers, (number) => written(number, 3));
    this.root.setAttribute("aria-label", hasRoom ? `${this.label}: ${shown.join(", ")}` : this.label);
  }
}

/** One input channel: its name and contributions, and its products if it is one of the first. */
class Line {
  constructor() {
    this.root = element("div", "line");
    this.name = this.root.appendChild(element("a", "name"));
    this.bars = SIDES.map((side) => {
      const bar = this.root.appendChild(element("div", `bar ${side}`));
      bar.append(element("span", ""), element("div", "axis"));
      bar.lastElementChild.append(element("i", ""));
      return bar;
    });
    this.work = this.root.appendChild(element("div", "work"));
    this.grids = {};
    for (const side of SIDES) {
      const row = this.work.appendChild(element("div", `row ${side}`));
      const [input, kernel, product] = ["input", "kernel", "product"].map((name) => new Grid(`${name}, ${side}`));
      this.grids[side] = { input, kernel, product };
      row.append(element("small", "", side));
      row.append(input.root, element("b", "", "×"), kernel.root, element("b", "", "="), product.root);
    }
  }
}

/** Every `step`-th number from `first` on. */
const strided = (numbers, first, step) =>
  Array.from({ length: numbers.length / step }, (_, i) => numbers[first + i * step]);

const largestOf = (numbers) => numbers.reduce((most, number) => Math.max(most, Math.abs(number) || 0), 0);

export class Sums {
  constructor(root) {
    this.root = root.querySelector(".sums");
    this.refused = root.querySelector(".refused");
    this.totals = root.querySelector(".totals");
    this.list = root.querySelector(".channels");
    this.rest = root.querySelector(".rest");
    this.lines = [];
  }

  /**
   * Write the arithmetic of a cell.
   * @param {object} unit `walk`, `names` and `targets` of its input channels, `activation`, `exact` for the cell of record.
   * @param {{original: object, edited: object}} sides of each picture the inputs and the map.
   * @param {number} row
   * @param {number} column
   */
  write(unit, sides, row, column) {
    const { walk } = unit;
    this.refused.hidden = !unit.refusal;
    this.refused.textContent = unit.refusal ?? "";
    const terms = walk ? SIDES.map((side) => termsAt(walk, sides[side].inputs, row, column)) : [];
    this.list.hidden = this.totals.hidden = !walk;
    if (!walk) {
      this.rest.hidden = true;
      return;
    }
    const isKnown = terms[0] !== undefined && terms[1] !== undefined;
    this.root.toggleAttribute("data-unknown", !isKnown);
    if (!isKnown) {
      this.totals.textContent = "Choose this cell to see its arithmetic: the cells of this layer share no kernel.";
      this.list.hidden = this.rest.hidden = true;
      return;
    }
    const order = bySize(terms[1].contributions);
    this.writeChannels(unit, terms, order);
    this.writeRest(unit, terms, order.slice(LISTED));
    this.writeTotals(unit, sides, terms, row * unit.width + column, [row, column]);
  }

  writeChannels({ walk, names, targets }, terms, order) {
    const shown = order.slice(0, LISTED);
    while (this.lines.length < shown.length) {
      this.lines.push(new Line());
      this.list.append(this.lines.at(-1).root);
    }
    while (this.lines.length > shown.length) this.lines.pop().root.remove();
    const count = terms[0].contributions.length;
    const largest = largestOf([...terms[0].contributions, ...terms[1].contributions]);
    const change = terms[1].products.map((product, i) => product - terms[0].products[i]);
    const scales = {
      input: Math.max(...terms.map(({ window }) => largestOf(window))),
      kernel: largestOf(walk.kernel),
      product: Math.max(...terms.map(({ products }) => largestOf(products))),
      change: largestOf(change),
    };
    for (const [place, channel] of shown.entries()) {
      const line = this.lines[place];
      line.name.textContent = names[channel] ?? "";
      pointTo(line.name, targets[channel]);
      for (const [i, bar] of line.bars.entries()) {
        const number = terms[i].contributions[channel];
        const share = largest ? Math.min(1, Math.abs(number) / largest) : 0;
        const axis = bar.lastElementChild;
        axis.style.setProperty("--share", share.toFixed(4));
        axis.dataset.sign = number < 0 ? "below" : "above";
        bar.firstElementChild.textContent = written(number);
      }
      line.work.hidden = place >= EXPANDED || terms[0].window.length === count;
      if (line.work.hidden) continue;
      for (const [i, side] of SIDES.entries()) {
        const { window, products, padding, width } = terms[i];
        const grids = line.grids[side];
        const moved = i ? { changes: strided(change, channel, count), change: scales.change } : {};
        grids.input.write(strided(window, channel, count), { width, padding, largest: scales.input });
        grids.kernel.write(strided(walk.kernel, channel, count), { width, largest: scales.kernel });
        grids.product.write(strided(products, channel, count), { width, largest: scales.product, ...moved });
      }
    }
  }

  writeRest({ walk }, terms, others) {
    this.rest.hidden = !others.length;
    if (!others.length) return;
    const together = ({ contributions }) =>
      walk.combination === "product"
        ? others.reduce((product, channel) => product * contributions[channel], 1)
        : others.reduce((sum, channel) => sum + contributions[channel], 0);
    this.rest.textContent =
      `${others.length} more input channel${others.length > 1 ? "s" : ""} together: ` +
      `${written(together(terms[0]))} original, ${written(together(terms[1]))} edited`;
  }

  writeTotals({ walk, activation, exact }, sides, terms, place, cell) {
    this.totals.replaceChildren();
    for (const [i, side] of SIDES.entries()) {
      const inMap = sides[side].map[place];
      const isOfRecord = exact && exact.cell[0] === cell[0] && exact.cell[1] === cell[1];
      const value = activated(activation, terms[i].before) ?? (isOfRecord ? exact[side] : undefined);
      const line = this.totals.appendChild(element("p", side));
      line.append(element("small", "", side));
      const { bias, combination } = walk;
      const sum = combination === "product" ? terms[i].before : terms[i].before - bias;
      const how = { product: "Π", largest: "max", smallest: "min", mean: "mean" }[combination] ?? "Σ";
      let text = `${how} ${written(sum, 5)}`;
      if (bias) text += ` ${bias < 0 ? "−" : "+"} ${written(Math.abs(bias), 5)} bias`;
      if (activation.name !== "linear") text = `${activation.name}(${text})`;
      line.append(element("span", "", `${text} =`), element("strong", "", `${written(value ?? inMap, 6)}`));
      if (value !== undefined && written(value, 6) !== written(inMap, 6))
        line.append(element("em", "", `the map has ${written(inMap, 6)}: float32 rounds`));
    }
  }
}
