// The sample pictures as buttons.
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
  // Answered: what is chosen after it is newer.
  if (data.chosen === strip.asked) clearTimeout(strip.limit);
  // The buttons stay: whoever is on one with the keyboard stays there, too.
  for (const button of strip.children) {
    const { sample } = button.dataset;
    button.setAttribute("aria-pressed", String(sample === data.chosen));
    button.onclick = () => {
      strip.asked = sample;
      setTriggerValue("picked", sample);
      clearTimeout(strip.limit);
      if (button.getAttribute("aria-pressed") === "true") return;
      // After a lost connection the first message reaches a session that does not know this strip yet: say it once more.
      strip.limit = setTimeout(() => setTriggerValue("picked", sample), ANSWER_LIMIT);
    };
  }
}
