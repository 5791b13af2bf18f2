// Bars as entries of a list. The entries stay, and new names, numbers and lengths are written into them.
import { opens, pointTo } from "../browser/channel_link.js";
import { dated } from "../browser/events.js";
import { follows } from "../browser/following.js";
import { answerText } from "./answer.js";

const QUIET = 700; // ms without a newer answer, after which the answer is said
const PARTS = `<a class="name"></a><span class="axis"><i></i></span><span class="number"></span>`;

function write(list, bars) {
  while (list.children.length > bars.length) list.lastElementChild.remove();
  for (const [index, { name, text, start, end, target }] of bars.entries()) {
    const entry = list.children[index] ?? list.appendChild(document.createElement("li"));
    if (!entry.firstChild) entry.innerHTML = PARTS;
    const [label, axis, number] = entry.children;
    // Names come from a file, so they are set as text, not as HTML.
    label.textContent = name;
    label.title = target ? `${name}: opens unit ${target.channel} of ${target.layer}` : name;
    pointTo(label, target);
    number.textContent = text;
    Object.assign(axis.firstChild.style, { left: `${100 * start}%`, width: `${100 * (end - start)}%` });
  }
}

/**
 * Say the first bar once, when it has changed and no newer answer has come for a while. What follows a held thumb is not
 * said.
 */
function say(figure, [first]) {
  clearTimeout(figure.vizcoreQuiet);
  figure.vizcoreQuiet = setTimeout(() => {
    const text = answerText(first, figure.vizcoreSaid);
    figure.vizcoreSaid = first;
    if (text) figure.querySelector(".said").textContent = text;
  }, QUIET);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const figure = parentElement.querySelector("figure");
  const list = figure.querySelector("ol");
  figure.querySelector("figcaption").textContent = data.title;
  figure.setAttribute("aria-label", data.title);
  figure.toggleAttribute("data-line", data.line);
  write(list, data.bars);
  const tell = dated(setTriggerValue);
  opens(figure, (target) => tell("chosen", target));
  if (data.isSpoken) say(figure, data.bars);
  follows(figure, data.key, ({ bars }) => write(list, bars));
}
