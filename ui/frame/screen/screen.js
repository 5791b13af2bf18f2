// Tells Python whether the page is as narrow as a phone's. Python first guesses it from the name of the browser.
const NARROW = matchMedia("(max-width: 640px)");

export default function ({ data, setStateValue }) {
  const tell = () => {
    if (NARROW.matches !== data.narrow) setStateValue("narrow", NARROW.matches);
  };
  tell();
  NARROW.addEventListener("change", tell);
  return () => NARROW.removeEventListener("change", tell);
}
