// Every unpublished detail of Streamlit's page that our JavaScript relies on. Read off Streamlit 1.67.0;
// tests/browser/test_streamlit_dom.py checks the installed version. The details for our styles: ui/frame/streamlit.css.

/** A link to another page of the app. A click on it leaves the page. */
export const PAGE_LINK = "[data-testid^=stPageLink]";

/** The link at the top of the page that appears with the keyboard's first step. */
export const SKIP_LINK = "[data-testid=stSkipToContent]";

/** The picture in the sidebar. */
export const SIDEBAR_PICTURE = ".st-key-current-picture [data-testid=stImage]";

/** The place where files can be dropped. */
export const UPLOAD_PLACE = "[data-testid=stFileUploaderDropzone]";

/** The wrapper of the bar with the slider, which stays in view. */
export const BRIGHTNESS_BAR = "[data-testid=stLayoutWrapper]:has(> .st-key-brightness-bar)";

/** Streamlit's own script, in `static/js/` below the address of the app. */
export const OWN_SCRIPT = 'script[src*="static/js/"]';

/** ms within which Streamlit sends a component's message to Python. */
export const SENT_AFTER = 100;

/** ms within which a page that is being left is gone. */
export const LEFT_WITHIN = 4000;

/** The element that says whether the script of the page is running, and what it says when it is not. */
const APP_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]";

/** The cookie with the token against forged requests. Its value is also sent in a header. */
const XSRF_COOKIE = "_streamlit_xsrf";

/**
 * The address of the app. The address of Streamlit's own script gives it, also below a path and inside Community
 * Cloud's frame.
 */
export function appAddress() {
  const own = document.querySelector(OWN_SCRIPT);
  return own ? new URL("../../", own.src) : new URL(document.baseURI);
}

/**
 * The address of a file in our folder `static/`.
 * @param {string} file name of the file.
 */
export function staticFile(file) {
  return new URL(`app/static/${file}`, appAddress());
}

/**
 * The address to which a file of a visitor is sent, as Streamlit's own uploader does.
 * @param {string} session of the visitor.
 * @param {string} file name under which Python finds it.
 */
export function uploadAddress(session, file) {
  return new URL(`_stcore/upload_file/${session}/${file}`, appAddress());
}

/** The token against forged requests; empty if the server wants none. */
export function xsrfToken() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(`${XSRF_COOKIE}=`));
  return cookie ? cookie.slice(XSRF_COOKIE.length + 1) : "";
}

/** Whether no script of the page is running. */
export function isAtRest() {
  return Boolean(document.querySelector(APP_AT_REST));
}

/** What becomes of an address: a new entry of the browser's history, a new address of the current entry, or nothing. */
export const PUSH = "push";
export const REPLACE = "replace";
export const DROP = "drop";

/**
 * Decide what becomes of each address that Streamlit writes. It calls `history.pushState` or `history.replaceState`.
 * @param {() => string} decide
 */
export function decideAddresses(decide) {
  const { pushState, replaceState } = History.prototype;
  const write = (...entry) => {
    const how = decide();
    if (how !== DROP) (how === PUSH ? pushState : replaceState).apply(history, entry);
  };
  history.pushState = write;
  history.replaceState = write;
}

/**
 * A text that is the same for two addresses of one view.
 * @param {{pathname: string, search: string}} address
 */
export function viewOf({ pathname, search }) {
  const parameters = new URLSearchParams(search);
  // Streamlit keeps these to itself.
  for (const name of ["embed", "embed_options"]) parameters.delete(name);
  parameters.sort();
  return `${pathname.split("/").at(-1)}?${parameters}`;
}
