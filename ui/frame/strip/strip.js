// The sample pictures as buttons.
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
  // The buttons stay: whoever is on one with the keyboard stays there, too.
  for (const button of strip.children) {
    button.setAttribute("aria-pressed", String(button.dataset.sample === data.chosen));
    button.onclick = () => {
      setTriggerValue("picked", button.dataset.sample);
      clearTimeout(strip.limit);
      // After a lost connection the first word reaches a session that does not know this strip yet: say it once more.
      strip.limit = setTimeout(() => {
        if (button.getAttribute("aria-pressed") === "false") setTriggerValue("picked", button.dataset.sample);
      }, 3000);
    };
  }
}
