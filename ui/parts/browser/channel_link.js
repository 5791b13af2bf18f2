// Links to the page of one channel. A click stays in this visit; the address of the link opens the same in another tab.
import { PAGE_LINK, SENT_AFTER, appAddress } from "./streamlit_dom.js";

const PAGE = "Channel";
const isPage = ({ pathname }) => pathname.split("/").at(-1) === PAGE;

/** @typedef {{layer: string, channel: number}} Target a channel. */

/** The address of a channel: that of this page, with another page and channel. */
function addressOf({ layer, channel }) {
  const address = new URL(PAGE, appAddress());
  address.search = location.search;
  address.searchParams.set("channel", `${layer}.${channel}`);
  return address.href;
}

/**
 * Let an anchor lead to a channel, or nowhere.
 * @param {HTMLAnchorElement} anchor
 * @param {Target | null | undefined} target
 */
export function pointTo(anchor, target) {
  const text = target ? JSON.stringify(target) : "";
  if (anchor.dataset.target === text) return;
  anchor.dataset.target = text;
  if (target) anchor.href = addressOf(target);
  else anchor.removeAttribute("href");
}

/**
 * Open the channel of a clicked anchor, and go to its page if another one is shown.
 * @param {HTMLElement} root around the anchors. It may be given again.
 * @param {(target: Target) => void} tell tells Python the channel.
 */
export function opens(root, tell) {
  const anchorOf = (event) => {
    const anchor = event.target.closest("a[data-target]");
    return anchor?.dataset.target ? anchor : undefined;
  };
  // The address of the page may have changed since the anchor was written.
  root.onpointerover = (event) => {
    const anchor = anchorOf(event);
    if (anchor) anchor.href = addressOf(JSON.parse(anchor.dataset.target));
  };
  root.onkeydown = root.onpointerover;
  root.onclick = (event) => {
    const anchor = anchorOf(event);
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    tell(JSON.parse(anchor.dataset.target));
    if (isPage(location)) return;
    const link = [...document.querySelectorAll(`a${PAGE_LINK}`)].find(isPage);
    setTimeout(() => link?.click(), SENT_AFTER);
  };
}
