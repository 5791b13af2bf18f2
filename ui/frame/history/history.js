// One step back for one page that was left: for a page switch Streamlit 1.67 notes up to three addresses, two of which no
// page ever had.
const SWITCH = 5000; // ms within which the next page has its address

function one(event) {
  if (!event.target.closest?.("[data-testid^=stPageLink]")) return;
  let isFirst = true;
  const push = History.prototype.pushState, replace = History.prototype.replaceState;
  const note = history.pushState = (...entry) => {
    (isFirst ? push : replace).apply(history, entry);
    isFirst = false;
  };
  const end = () => {
    if (history.pushState === note) delete history.pushState;
    for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, end, { capture: true });
  };
  // What is done on the next page is a step of its own.
  setTimeout(() => {
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, end, { capture: true });
  });
  setTimeout(end, SWITCH);
}

export default function () {
  globalThis.vizcoreHistory ??= document.addEventListener("click", one, { capture: true }) ?? true;
}
