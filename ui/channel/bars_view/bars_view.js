// Named numbers as bars to both sides of zero. A row with a target is a button that opens it.
import { follows } from "../../parts/browser/following.js";

function rowOf(list, place) {
  const made = list.children[place];
  if (made) return made;
  const row = list.appendChild(document.createElement("li"));
  row.innerHTML = '<button type="button"></button><span></span><div class="axis"><i></i></div>';
  return row;
}

function write(root, { rows, note }) {
  const list = root.querySelector("ol");
  for (const [place, { name, number, share, target, title, here }] of rows.entries()) {
    const row = rowOf(list, place);
    const [button, text, axis] = row.children;
    button.textContent = name;
    button.disabled = !target;
    button.dataset.target = target ? JSON.stringify(target) : "";
    text.textContent = number;
    row.title = title ?? "";
    row.toggleAttribute("data-here", Boolean(here));
    axis.firstElementChild.style.setProperty("--share", Math.min(1, Math.abs(share)).toFixed(4));
    axis.dataset.sign = share < 0 ? "below" : "above";
  }
  while (list.children.length > rows.length) list.lastElementChild.remove();
  const paragraph = root.querySelector("p");
  paragraph.textContent = note;
  paragraph.hidden = !note;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".vizcore-ranking");
  root.querySelector("figcaption").textContent = data.title;
  root.toggleAttribute("data-one-sided", data.oneSided);
  root.onclick = ({ target }) => {
    const text = target.closest("button")?.dataset.target;
    if (text) setTriggerValue("chosen", JSON.parse(text));
  };
  write(root, data);
  follows(root, data.key, (values) => write(root, values));
}
