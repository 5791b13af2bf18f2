// Between a thumb that is held and the charts that follow it. Only this element takes part in these runs: drawing all of
// Streamlit's again would take longer than the charts themselves.
import { ANSWERED, DRAG, FOLLOW, hear, send } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";

class Follow {
  constructor(root) {
    this.stop = hear(DRAG, (question, event) => {
      if (!root.isConnected) return;
      event.preventDefault(); // it is heard
      this.tell("dragged", question);
    });
  }

  update({ number, amount, updates, refusals }, tell) {
    this.tell = tell;
    if (amount === null || number === this.number) return;
    this.number = number;
    for (const values of updates) send(FOLLOW, values);
    // After the next painting: a thumb that is told earlier would ask for more than can be shown.
    requestAnimationFrame(() => setTimeout(() => send(ANSWERED, { amount, refusal: refusals[0] })));
  }

  close() {
    this.stop();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("span");
  const [follow, leave] = mounted(root, () => new Follow(root));
  follow.update(data, setTriggerValue);
  return leave;
}
