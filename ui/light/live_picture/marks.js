// The marks on the slider: amounts with a name, and buttons that go there.
export class Marks {
  constructor(live) {
    this.live = live;
    this.row = live.root.querySelector(".marks");
  }

  /** @param {object} old the previous data. */
  update(old) {
    const { kind, marks, label, decimals, minimum, maximum, neutral } = this.live.data;
    if (old.kind === kind) return;
    this.buttons = marks.map((mark, index) => {
      const button = document.createElement("button");
      const written = mark.amount.toFixed(decimals).replace("-", "−");
      Object.assign(button, { type: "button", textContent: mark.label });
      button.style.setProperty("--at", (mark.amount - minimum) / (maximum - minimum));
      // Of two marks that are close to each other the texts are on either side.
      button.dataset.side = index < marks.length - 1 ? "left" : "right";
      const other = mark.amount === neutral ? ": a double click on the slider goes there, too" : "";
      button.title = `${label} ${written}${other}`;
      button.setAttribute("aria-label", `${label}: ${mark.label}`);
      button.addEventListener("click", () => this.live.slider.goTo(mark.amount));
      return button;
    });
    this.row.replaceChildren(...this.buttons);
  }
}
