// One step back for one page that was left: for a page switch Streamlit 1.67 notes up to three addresses, two of which no
// page ever had.
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
  // What is done on the next page is a step of its own.
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
