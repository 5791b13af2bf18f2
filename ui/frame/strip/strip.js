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
  // Python has answered this click. The chosen sample does not say so: an earlier click may have asked for the same one.
  if (data.answered === strip.asked) clearTimeout(strip.limit);
  // The buttons are not replaced, so that the keyboard focus stays.
  for (const button of strip.children) {
    const { sample } = button.dataset;
    button.setAttribute("aria-pressed", String(sample === data.chosen));
    button.onclick = () => {
      const at = performance.now();
      strip.asked = at;
      // A picture that arrives later does not replace this one.
      for (const upload of shared.uploads.values()) upload.isOvertaken = true;
      const tell = () => setTriggerValue("picked", { sample, at });
      tell();
      clearTimeout(strip.limit);
      // A message can be lost: after a lost connection it reaches a session that does not know this strip yet, and among
      // quick clicks Streamlit 1.67 may put an older message in its place. It is repeated, also for a pressed button:
      // the answer to another click may be on its way.
      strip.limit = setTimeout(tell, ANSWER_LIMIT);
    };
  }
}
