// What the components of a page say to each other, past Streamlit: events of the document, and one shared object. Each
// component has a copy of this module; what they share is the document and `globalThis.vizcore`.

/**
 * Bytes have arrived: the picture, or the tables of a kind of brightness.
 * Sender: payload.js. Hearer: the slider and its picture (live_picture.js).
 * Content: {string} their name in `shared.payloads`.
 */
export const PAYLOAD = "vizcore-payload";

/**
 * The thumb is held at a new amount: a question. Whoever hears it prevents the event's default; without a hearer nothing
 * on the page follows. Sender: asking.js. Hearer: follow.js, which tells Python.
 * Content: {{kind: string, amount: number, charts: string[]}} charts: keys of what is on the screen.
 */
export const DRAG = "vizcore-drag";

/**
 * New values for one part of the page, without a run of the page.
 * Sender: follow.js. Hearers: live_chart.js, and through following.js bars.js, words.js, pixels.js.
 * Content: {{key: string}} with the values that the part's data has for it: figure, bars, text and rows, or source.
 */
export const FOLLOW = "vizcore-follow";

/**
 * Python's answer to a question has been drawn. Sender: follow.js. Hearer: asking.js.
 * Content: {{amount: number, refusal: string | undefined}} refusal: a sentence, why something does not follow.
 */
export const ANSWERED = "vizcore-answered";

/**
 * What colours the slider. Sender: ribbon.js. Hearer: band.js.
 * Content: {Levels | undefined} (see band.js) undefined: the network has no classes.
 */
export const RIBBON = "vizcore-ribbon";

/** The slider has been mounted or has changed: say the ribbon once more. Sender: band.js. Hearer: ribbon.js. No content. */
export const RIBBON_WANTED = "vizcore-ribbon-wanted";

/** Nobody waits for anything: a ribbon that is not whole may grow. Sender: live_picture.js. Hearer: ribbon.js. No content. */
export const RIBBON_MORE = "vizcore-ribbon-more";

/**
 * A chart shows another part of its cells. Sender and hearer: zoom.js of each chart.
 * Content: {{from: object, link: string, x: [number, number], y: [number, number]}} from: the sender, which does not
 * hear itself; link: charts with the same one zoom together; x, y: the ranges of the axes, in cells.
 */
export const ZOOM = "vizcore-zoom";

/**
 * What the components of a page share.
 * @type {{
 *   payloads: Map<string, Uint8Array>, // bytes by name; written by payload.js, read by live_picture.js
 *   plotly: Promise<object> | undefined, // plotly.js, being loaded or there; loading.js
 *   pickedAt: number, // when a tile was clicked, ms; live_chart.js: the channel that opens then is scrolled into view
 *   hasHistory: boolean, // whether history.js listens
 * }}
 */
export const shared = (globalThis.vizcore ??= {
  payloads: new Map(),
  plotly: undefined,
  pickedAt: -Infinity,
  hasHistory: false,
});

/** Send an event. Whether nobody has prevented its default. */
export function send(name, detail) {
  return document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
}

/** Hear an event's content and the event. What stops the hearing. */
export function hear(name, heard) {
  const listener = (event) => heard(event.detail, event);
  document.addEventListener(name, listener);
  return () => document.removeEventListener(name, listener);
}
