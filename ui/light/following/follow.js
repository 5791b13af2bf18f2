// Connects a held thumb with the parts that follow it. Only this element takes part in these runs: to draw Streamlit's
// elements again would take longer than to draw the charts.
import { ANSWERED, DRAG, FOLLOW, hear, send } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";

class Follow {
  constructor(root) {
    this.stop = hear(DRAG, (question, event) => {
      if (!root.isConnected) return;
      event.preventDefault(); // tells the sender that the question is heard
      this.tell("dragged", question);
    });
  }

  update({ number, amount, updates, refusals }, tell) {
    this.tell = tell;
    if (amount === null || number === this.number) return;
    this.number = number;
    for (const values of updates) send(FOLLOW, values);
    // The answer is sent after the next frame is painted: otherwise the slider would ask faster than the browser draws.
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
