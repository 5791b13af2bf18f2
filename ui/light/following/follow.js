// Between a thumb that is held and the charts that follow it. Only this element takes part in these runs: drawing all of
// Streamlit's again would take longer than the charts themselves.
class Follow {
  constructor(root) {
    this.root = root;
    this.ask = (event) => {
      if (root.isConnected) {
        event.preventDefault(); // it is heard
        this.tell("dragged", event.detail);
      } else document.removeEventListener("vizcore-drag", this.ask);
    };
    document.addEventListener("vizcore-drag", this.ask);
  }

  update({ number, amount, updates, refusals }, tell) {
    this.tell = tell;
    if (amount === null || number === this.number) return;
    this.number = number;
    for (const detail of updates) document.dispatchEvent(new CustomEvent("vizcore-follow", { detail }));
    // After the next painting: a thumb that is told earlier would ask for more than can be shown.
    requestAnimationFrame(() => setTimeout(() => {
      document.dispatchEvent(new CustomEvent("vizcore-answered", { detail: { amount, refusal: refusals[0] } }));
    }));
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("span");
  root.follow ??= new Follow(root);
  root.follow.update(data, setTriggerValue);
}
