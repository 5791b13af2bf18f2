// All layers of a network: its blocks as a strip of boxes, and a table to filter, sort and click.
const TALLEST = 72; // pixels of a box of the largest resolution
const WIDEST = 40; // pixels of a box of the most channels
const SMALLEST = 6; // pixels, so that every box can be hit
const COLUMNS = [
  { name: "Layer", key: ({ name }) => name },
  { name: "Kind", key: ({ kind }) => kind },
  { name: "Shape", key: ({ size }) => size, className: "number" },
  { name: "Parameters", key: ({ parameters }) => parameters, className: "number" },
];

/** An element with a text and further properties. */
function made(tag, text = "", properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, properties);
}

class LayerList {
  constructor(root) {
    this.blocks = root.querySelector(".blocks");
    this.input = root.querySelector("input[type=search]");
    this.count = root.querySelector(".count");
    this.head = root.querySelector("thead tr");
    this.body = root.querySelector("tbody");
    this.order = { column: undefined, sign: 1 };
    this.input.addEventListener("input", () => this.narrow());
    this.head.replaceChildren(
      ...COLUMNS.map((column) => {
        const head = made("th", "", { className: column.className ?? "" });
        head.append(made("button", column.name, { type: "button", onclick: () => this.orderBy(column) }));
        return head;
      }),
    );
  }

  update({ layers, blocks, chosen }, tell) {
    this.tell = tell;
    const names = layers.map(({ name }) => name).join();
    if (this.names !== names) {
      this.names = names;
      this.layers = layers;
      this.block = undefined;
      this.build(blocks);
    }
    // A click that is not answered yet is newer than what the server says.
    if (this.asked === undefined || this.asked === chosen.join()) {
      this.asked = undefined;
      this.chosen = new Set(chosen);
    }
    this.light();
  }

  build(blocks) {
    const tallest = Math.max(...blocks.map(({ height }) => height), 1);
    const widest = Math.max(...blocks.map(({ channels }) => channels), 1);
    this.blocks.replaceChildren(
      ...blocks.map((block) => {
        const box = made("button", "", { type: "button", title: `${block.name}: ${block.shape}` });
        box.setAttribute("aria-label", box.title);
        // The root keeps small layers visible beside large ones.
        box.style.height = `${Math.max(SMALLEST, TALLEST * Math.sqrt(block.height / tallest))}px`;
        box.style.width = `${Math.max(SMALLEST, WIDEST * Math.sqrt(block.channels / widest))}px`;
        box.members = new Set(block.layers);
        box.addEventListener("click", () => {
          this.block = this.block === box ? undefined : box;
          this.narrow();
        });
        return box;
      }),
    );
    this.rows = new Map(
      this.layers.map((layer) => {
        const row = made("tr");
        const tick = made("input", "", { type: "checkbox" });
        const label = made("label");
        label.append(tick, ` ${layer.name}`);
        const name = made("td");
        name.append(label);
        row.append(name, made("td", layer.kind), made("td", layer.shape, { className: "number" }));
        row.append(made("td", layer.parameters.toLocaleString("en"), { className: "number" }));
        tick.addEventListener("change", () => this.toggle(layer.name));
        // The whole row is a target; a click on the label reaches the tick by itself.
        row.addEventListener("click", ({ target }) => !target.closest("label") && this.toggle(layer.name));
        return [layer.name, { row, tick }];
      }),
    );
    this.arrange();
    this.narrow();
  }

  toggle(name) {
    if (!this.chosen.delete(name)) this.chosen.add(name);
    const chosen = this.layers.map((layer) => layer.name).filter((each) => this.chosen.has(each));
    this.asked = chosen.join();
    this.tell("chosen", chosen);
    this.light();
  }

  orderBy(column) {
    this.order = { column, sign: this.order.column === column ? -this.order.sign : 1 };
    this.arrange();
  }

  arrange() {
    const { column, sign } = this.order;
    const compare = (a, b) => {
      const [one, other] = [column.key(a), column.key(b)];
      return sign * (typeof one === "number" ? one - other : one.localeCompare(other));
    };
    const ordered = column ? this.layers.toSorted(compare) : this.layers;
    this.body.replaceChildren(...ordered.map(({ name }) => this.rows.get(name).row));
    for (const [index, head] of [...this.head.children].entries()) {
      const direction = sign > 0 ? "ascending" : "descending";
      head.setAttribute("aria-sort", COLUMNS[index] === column ? direction : "none");
    }
  }

  narrow() {
    const wanted = this.input.value.toLowerCase();
    let shown = 0;
    for (const { name, kind } of this.layers) {
      const matches = `${name} ${kind}`.toLowerCase().includes(wanted);
      const { row } = this.rows.get(name);
      row.hidden = !matches || !(this.block?.members.has(name) ?? true);
      shown += row.hidden ? 0 : 1;
    }
    for (const box of this.blocks.children) box.setAttribute("aria-pressed", String(box === this.block));
    this.count.textContent = `${shown} of ${this.layers.length} layers`;
  }

  /** Mark the chosen layers in the table, and the blocks that they are in. */
  light() {
    for (const [name, { row, tick }] of this.rows) {
      tick.checked = this.chosen.has(name);
      row.toggleAttribute("data-chosen", tick.checked);
    }
    for (const box of this.blocks.children) {
      box.toggleAttribute(
        "data-lit",
        [...box.members].some((name) => this.chosen.has(name)),
      );
    }
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".layer-list");
  root.vizcoreList ??= new LayerList(root);
  root.vizcoreList.update(data, setTriggerValue);
}
