// Messages between the components of a page, without Streamlit: events of the document, and one shared object. Each
// component has its own copy of this module. All copies share the document and `globalThis.vizcore`.

/**
 * Bytes have arrived: the picture, or the tables of a kind of brightness.
 * Sender: payload.js. Hearer: the slider and its picture (live_picture.js).
 * Content: {string} their name in `shared.payloads`.
 */
export const PAYLOAD = "vizcore-payload";

/**
 * A question: the thumb is held at a new amount, or everything is to be shown as it is. The hearer prevents the default
 * of the event. If there is no hearer, nothing on the page follows. Sender: asking.js. Hearer: follow.js, which asks
 * Python.
 * Content: {{kind: string, amount: number, at: number, charts: string[]}} at: ms, the time of the question; charts: keys
 * of the parts on the screen.
 */
export const DRAG = "vizcore-drag";

/**
 * New values for one part of the page, without a run of the page.
 * Sender: follow.js. Hearers: live_chart.js, and through following.js bars.js, words.js, pixels.js.
 * Content: {{key: string}} and the new values of the part: figure and note, bars, text and rows, or source.
 */
export const FOLLOW = "vizcore-follow";

/**
 * Python's answer to a question has been drawn. Sender: follow.js. Hearer: asking.js.
 * Content: {{amount: number, refusal: string | undefined}} refusal: a sentence, the reason why a part does not follow.
 */
export const ANSWERED = "vizcore-answered";

/**
 * The ribbon of the slider. Sender: ribbon.js. Hearer: band.js.
 * Content: {Levels | undefined} (see band.js) undefined: the network has no classes.
 */
export const RIBBON = "vizcore-ribbon";

/** The slider is new or has changed: it needs the ribbon again. Sender: band.js. Hearer: ribbon.js. No content. */
export const RIBBON_WANTED = "vizcore-ribbon-wanted";

/**
 * The visitor waits for nothing: an incomplete ribbon may grow. Sender: live_picture.js. Hearer: ribbon.js. No content.
 */
export const RIBBON_MORE = "vizcore-ribbon-more";

/**
 * A chart shows another part of its cells. Sender and hearer: zoom.js of each chart.
 * Content: {{from: object, link: string, x: [number, number], y: [number, number]}} from: the sender, which ignores its
 * own message; link: charts with the same text zoom together; x, y: the ranges of the axes, in cells.
 */
export const ZOOM = "vizcore-zoom";

/**
 * An open channel is being closed, or its panel has gone. The first mosaic of its layer takes the focus and prevents the
 * default. Sender and hearer: keys.js of each chart.
 * Content: {{layer: string, channel: number}}
 */
export const CLOSED = "vizcore-closed";

/**
 * The pointer is at a cell of a feature map, or at none. Sender: live_chart.js. Hearer: field_cursor.js.
 * Content: {{layer: string, rows: [number, number], columns: [number, number]} | null} first and last unit of the cell.
 */
export const FIELD = "vizcore-field";

/**
 * A file on its way has got further, has arrived or was given up. Sender: sending.js. Hearer: uploader.js.
 * Content: {string} key of the uploader, as in `shared.uploads`.
 */
export const UPLOAD = "vizcore-upload";

/**
 * The object that the components of a page share.
 * @type {{
 *   payloads: Map<string, Uint8Array>, // bytes by name; written by payload.js, read by live_picture.js
 *   plotly: Promise<object> | undefined, // plotly.js, while it is loading and afterwards; loading.js
 *   pickedAt: number, // ms: the time of a click on a tile; live_chart.js then scrolls the opened channel into view.
 *     Infinity: the page was opened by a link to a channel, which is scrolled into view, however late it comes
 *   hasLandmarks: boolean, // whether landmarks.js listens
 *   steps: object | undefined, // the steps of the browser's history, once history.js listens
 *   uploads: Map<string, object>, // files on their way by the key of their uploader; sending.js
 *   lastUpload: number, // number of files that this tab has sent; sending.js
 * }}
 */
export const shared = (globalThis.vizcore ??= {
  payloads: new Map(),
  plotly: undefined,
  pickedAt: new URLSearchParams(location.search).has("channel") ? Infinity : -Infinity,
  hasLandmarks: false,
  steps: undefined,
  uploads: new Map(),
  lastUpload: 0,
});

/**
 * A function that sends messages to Python with the time of each, so that an older one that comes later is ignored.
 * @param {(name: string, message: object) => void} setTriggerValue of a component. `answer_event` hears it in Python.
 */
export function dated(setTriggerValue) {
  return (name, said) => setTriggerValue(name, { said, at: performance.now() });
}

/** Send an event. Returns whether nobody has prevented its default. */
export function send(name, detail) {
  return document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
}

/** Hear an event: call `heard` with its content and the event. Returns a function that stops the hearing. */
export function hear(name, heard) {
  const listener = (event) => heard(event.detail, event);
  document.addEventListener(name, listener);
  return () => document.removeEventListener(name, listener);
}
