// Lets an element follow a held thumb without a run of the page.
import { FOLLOW, hear } from "./events.js";

/**
 * Let an element take new values while the thumb is held. Call it with all new data of its component.
 * @param {HTMLElement & {vizcoreFollows?: boolean}} element in the document, which the slider searches for parts on the
 *   screen.
 * @param {string} key of the part in Python.
 * @param {(values: object) => void} write
 */
export function follows(element, key, write) {
  element.dataset.follows = key;
  if (element.vizcoreFollows) return;
  element.vizcoreFollows = true;
  const stop = hear(FOLLOW, (values) => {
    if (!element.isConnected) stop();
    else if (values.key === element.dataset.follows) write(values);
  });
}
