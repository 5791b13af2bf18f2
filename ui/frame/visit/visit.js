// Remembers the key of the visit in this tab, so that the visit goes on after a reload or a lost connection. The storage
// is that of the tab: another tab is another visit.
import { appAddress } from "../../parts/browser/streamlit_dom.js";

const NAME = `vizcore-visit ${appAddress()}`;

export default function ({ data, setTriggerValue }) {
  let remembered;
  try {
    if (data.holds) sessionStorage.setItem(NAME, data.visit);
    else remembered = sessionStorage.getItem(NAME);
  } catch {
    // The browser allows no storage. The visit then ends with its session.
    return;
  }
  if (remembered && remembered !== data.asked) setTriggerValue("remembered", remembered);
}
