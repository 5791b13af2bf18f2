// The strip of sample pictures: a button for each.
import { shared } from "../../parts/browser/events.js";

const ANSWER_LIMIT = 3000; // ms without an answer

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const names = data.samples.map(({ key }) => key).join();
  if (strip.dataset.names !== names) {
    strip.dataset.names = names;
    strip.replaceChildren(
      ...data.samples.map(({ key, title, source }) => {
        const button = Object.assign(document.createElement("button"), { type: "button", title });
        button.dataset.sample = key;
        button.append(Object.assign(document.createElement("img"), { src: source, alt: title }));
        return button;
      }),
    );
  }
  // Python has answered. Without this the message could be repeated after a newer choice.
  if (data.chosen === strip.asked) clearTimeout(strip.limit);
  // The buttons are not replaced, so that the keyboard focus stays.
  for (const button of strip.children) {
    const { sample } = button.dataset;
    button.setAttribute("aria-pressed", String(sample === data.chosen));
    button.onclick = () => {
      strip.asked = sample;
      // A picture that arrives later does not replace this one.
      for (const upload of shared.uploads.values()) upload.isOvertaken = true;
      setTriggerValue("picked", sample);
      clearTimeout(strip.limit);
      if (button.getAttribute("aria-pressed") === "true") return;
      // After a lost connection the first message reaches a session that does not know this strip yet: it is repeated.
      strip.limit = setTimeout(() => setTriggerValue("picked", sample), ANSWER_LIMIT);
    };
  }
}
