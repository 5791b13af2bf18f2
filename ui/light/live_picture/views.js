// The views of the two pictures: side by side, one over the other with a divider, and with marks on clipped pixels.

/**
 * @param {HTMLElement} root of the component.
 * @param {() => void} draw draws the picture again.
 */
export function listenToViews(root, draw) {
  const find = (selector) => root.querySelector(selector);
  const stage = find(".stage");
  const divider = find(".divider");
  const buttons = root.querySelectorAll("button[data-view]");
  const divide = () => stage.style.setProperty("--divide", `${divider.value / 10}%`);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { view } = button.dataset;
      stage.dataset.view = view;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other.dataset.view === view));
      for (const part of [divider, find(".edge")]) part.hidden = view !== "swipe";
      divide();
    });
  }
  divider.addEventListener("input", divide);
  find(".show-clipped").addEventListener("change", (event) => {
    for (const part of [find(".zebra"), find(".legend")]) part.hidden = !event.target.checked;
    draw();
  });
}
