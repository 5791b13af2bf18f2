// Bars as list entries that stay: new names, numbers and lengths are written into them.
const PARTS = `<span class="name"></span><span class="axis"><i></i></span><span class="number"></span>`;

function write(list, bars) {
  while (list.children.length > bars.length) list.lastElementChild.remove();
  bars.forEach(({ name, text, start, end }, index) => {
    const entry = list.children[index] ?? list.appendChild(document.createElement("li"));
    if (!entry.firstChild) entry.innerHTML = PARTS;
    const [label, axis, number] = entry.children;
    // Names come from a file: they are set as text.
    label.textContent = label.title = name;
    number.textContent = text;
    Object.assign(axis.firstChild.style, { left: `${100 * start}%`, width: `${100 * (end - start)}%` });
  });
}

export default function ({ data, parentElement }) {
  const figure = parentElement.querySelector("figure"), list = figure.querySelector("ol");
  figure.dataset.follows = data.key;
  figure.querySelector("figcaption").textContent = data.title;
  figure.setAttribute("aria-label", data.title);
  write(list, data.bars);
  if (figure.follow) return;
  figure.follow = ({ detail }) => {
    if (!figure.isConnected) document.removeEventListener("vizcore-follow", figure.follow);
    else if (detail.key === figure.dataset.follows) write(list, detail.bars);
  };
  document.addEventListener("vizcore-follow", figure.follow);
}
