// Everything of Streamlit's page that is not published and that our JavaScript relies on. Read off Streamlit 1.67.0;
// tests/browser/test_streamlit_dom.py asks the installed version. What our styles rely on: ui/frame/streamlit.css.

/** A link to another page of the app. A click on it leaves the page. */
export const PAGE_LINK = "[data-testid^=stPageLink]";

/** The wrapper of the bar with the slider, which stays in view. */
export const BRIGHTNESS_BAR = "[data-testid=stLayoutWrapper]:has(> .st-key-brightness-bar)";

/** Streamlit's own script, below `static/js/` of where the app is. */
export const OWN_SCRIPT = 'script[src*="static/js/"]';

/** ms after which what a component has said is on its way to Python. */
export const SENT_AFTER = 100;

/** ms within which a page that is being left is gone. */
export const LEFT_WITHIN = 4000;

/** ms within which the next page has its address. */
export const ADDRESSED_WITHIN = 5000;

/**
 * The address of a file of our folder `static/`. Where Streamlit's own scripts come from is where the app is, also below
 * a path and inside Community Cloud's frame.
 * @param {string} file
 */
export function staticFile(file) {
  const own = document.querySelector(OWN_SCRIPT);
  return new URL(`app/static/${file}`, own ? new URL("../../", own.src) : document.baseURI);
}

/**
 * Let the browser note the addresses that Streamlit gives it as one step: the first is a step, each other one replaces it.
 * Streamlit calls `history.pushState` for all of them.
 * @returns {() => void} what ends this.
 */
export function oneStep() {
  const { pushState, replaceState } = History.prototype;
  let isFirst = true;
  const push = (...entry) => {
    (isFirst ? pushState : replaceState).apply(history, entry);
    isFirst = false;
  };
  history.pushState = push;
  return () => {
    if (history.pushState === push) delete history.pushState;
  };
}
