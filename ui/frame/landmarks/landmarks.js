// What Streamlit's page lacks for a keyboard and a screen reader: the navigation is a landmark and says which page is
// open, the skip link passes it, and the place for an upload has a role that its name belongs to.
import { shared } from "../../parts/browser/events.js";
import { PAGE_LINK, SKIP_LINK, UPLOAD_PLACE } from "../../parts/browser/streamlit_dom.js";

const NAVIGATION = ".st-key-navigation";

function complete() {
  const navigation = document.querySelector(NAVIGATION);
  navigation?.setAttribute("role", "navigation");
  navigation?.setAttribute("aria-label", "Pages");
  const page = location.pathname.split("/").at(-1);
  for (const link of navigation?.querySelectorAll(`${PAGE_LINK}[href]`) ?? []) {
    if (link.getAttribute("href") === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // Streamlit 1.67 gives it a name, and the role of an element without a meaning.
  for (const place of document.querySelectorAll(UPLOAD_PLACE)) place.setAttribute("role", "group");
}

/** Streamlit's skip link leads to the place before the navigation. The title of the page comes after it. */
function skip(event) {
  const title = event.target.closest?.(SKIP_LINK) && document.querySelector("main h1");
  if (!title) return;
  event.preventDefault();
  event.stopPropagation();
  title.tabIndex = -1;
  title.focus();
}

export default function () {
  complete();
  if (shared.hasLandmarks) return;
  shared.hasLandmarks = true;
  document.addEventListener("click", skip, { capture: true });
  // Streamlit makes its elements anew on another page, and some of them on the same page.
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      complete();
    });
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
}
