// Makes each choice of the visitor one entry of the browser's history, on the same page or another.
//
// Streamlit 1.67 writes addresses in three ways. What a visitor chooses in a widget replaces the current entry, so that
// there is no way back to what was seen before. What Python writes adds an entry, also after such a choice. A change of
// page adds up to three, and two of their addresses belong to no page.
import { shared } from "../../parts/browser/events.js";
import { DROP, PUSH, REPLACE, appAddress, decideAddresses, viewOf } from "../../parts/browser/streamlit_dom.js";
import { pageMeant } from "./pages.js";

const ACTIONS = ["pointerdown", "keydown", "drop"];

/** What becomes of an address depends on what happened before it. Without a page, so that it can be tested alone. */
export class Steps {
  // Until the visitor has done something, addresses only correct the one of the link.
  isStepNoted = true;
  awaited = undefined;

  act() {
    this.isStepNoted = false;
    this.awaited = undefined;
  }

  /** @param {string} view to which the browser has gone back or forward. */
  goBack(view) {
    this.isStepNoted = true;
    this.awaited = view;
  }

  /** @param {string} view that Python has begun to draw. */
  begin(view) {
    if (view === this.awaited) this.awaited = undefined;
  }

  /** What becomes of the next address: the first after an action is a step, and others correct it. */
  next() {
    // On the way back this is the answer for a view that was left: the page will show another one. Or it is the address
    // that the browser has already.
    if (this.awaited !== undefined) return DROP;
    const how = this.isStepNoted ? REPLACE : PUSH;
    this.isStepNoted = true;
    return how;
  }
}

/** Streamlit shows Home for a page that it does not know, and gives it Home's address. */
function redirect({ page, pages, came }) {
  // Each of the two can be Home's address already: the browser's record, and Python's after a second connection. On a
  // busy machine Chromium has no record at all for a while.
  const asked = new URL(performance.getEntriesByType("navigation")[0]?.name ?? location.href);
  const meant = pageMeant(asked.pathname, pages) ?? (came && pageMeant(new URL(came).pathname, pages));
  if (meant && page === "") location.replace(new URL(`${meant}${asked.search}`, appAddress()));
}

export default function ({ data }) {
  if (!shared.steps) {
    const steps = new Steps();
    shared.steps = steps;
    for (const name of ACTIONS) document.addEventListener(name, () => steps.act(), { capture: true });
    addEventListener("popstate", () => steps.goBack(viewOf(location)));
    decideAddresses(() => steps.next());
    redirect(data);
  }
  shared.steps.begin(viewOf({ pathname: data.page, search: data.asked }));
}
