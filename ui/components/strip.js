// The sample pictures as buttons.
export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  strip.replaceChildren(...data.samples.map(({ key, title, source }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = title;
    button.dataset.sample = key;
    button.setAttribute("aria-pressed", String(key === data.chosen));
    const image = document.createElement("img");
    Object.assign(image, { src: source, alt: title });
    button.append(image);
    button.addEventListener("click", () => setTriggerValue("picked", key));
    return button;
  }));
}
