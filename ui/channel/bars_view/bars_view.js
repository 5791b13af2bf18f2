// Named numbers as bars to both sides of zero. A row with a target is a link that opens it.
import { opens, pointTo } from "../../parts/browser/channel_link.js";
import { dated } from "../../parts/browser/events.js";
import { follows } from "../../parts/browser/following.js";

function rowOf(list, place) {
  const made = list.children[place];
  if (made) return made;
  const row = list.appendChild(document.createElement("li"));
  row.innerHTML = '<a class="name"></a><span></span><div class="axis"><i></i></div>';
  return row;
}

function write(root, { rows, note }) {
  const list = root.querySelector("ol");
  for (const [place, { name, number, share, target, title, here }] of rows.entries()) {
    const row = rowOf(list, place);
    const [link, text, axis] = row.children;
    link.textContent = name;
    pointTo(link, target);
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
  const tell = dated(setTriggerValue);
  opens(root, (target) => tell("chosen", target));
  write(root, data);
  follows(root, data.key, (values) => write(root, values));
}
