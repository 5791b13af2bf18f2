// Makes each page switch one entry of the browser's history. For a switch Streamlit 1.67 adds up to three entries, and
// two of their addresses belong to no page.
import { shared } from "../../parts/browser/events.js";
import { ADDRESSED_WITHIN, PAGE_LINK, oneStep } from "../../parts/browser/streamlit_dom.js";

const ACTIONS = ["pointerdown", "keydown"];

function noteOneStep(event) {
  if (!event.target.closest?.(PAGE_LINK)) return;
  const stop = oneStep();
  const end = () => {
    stop();
    for (const name of ACTIONS) document.removeEventListener(name, end, { capture: true });
  };
  // The next action of the visitor may add an entry of its own.
  setTimeout(() => {
    for (const name of ACTIONS) document.addEventListener(name, end, { capture: true });
  });
  setTimeout(end, ADDRESSED_WITHIN);
}

export default function () {
  if (shared.hasHistory) return;
  shared.hasHistory = true;
  document.addEventListener("click", noteOneStep, { capture: true });
}
