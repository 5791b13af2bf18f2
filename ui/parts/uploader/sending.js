// Files on their way to the server. They belong to the tab and not to an element, so that they go on while pages change.
import { UPLOAD, send, shared } from "../browser/events.js";
import { uploadAddress, xsrfToken } from "../browser/streamlit_dom.js";

const TRIES = 5;
const PAUSE = 2000; // ms before the next try

/** The phases of a file: it travels; all bytes are there and Python is told; nothing came of it. */
export const SENDING = "sending";
export const ARRIVED = "arrived";
export const FAILED = "failed";

function changed(upload, values) {
  Object.assign(upload, values);
  send(UPLOAD, upload.key);
}

function isOnItsWay(upload) {
  return shared.uploads.get(upload.key) === upload;
}

function failed(upload) {
  if (!isOnItsWay(upload)) return;
  upload.tries += 1;
  if (upload.tries >= TRIES) changed(upload, { phase: FAILED });
  else upload.pause = setTimeout(() => transmit(upload, upload.session), PAUSE);
}

/**
 * Send the bytes of a file, from the beginning.
 * @param {object} upload from `begin`.
 * @param {string} session to which the file is sent.
 */
export function transmit(upload, session) {
  stop(upload);
  changed(upload, { session, share: 0, phase: upload.isTooLarge ? ARRIVED : SENDING });
  if (upload.isTooLarge) return;
  const request = new XMLHttpRequest();
  upload.request = request;
  request.open("PUT", uploadAddress(session, upload.key));
  const token = xsrfToken();
  if (token) request.setRequestHeader("X-Xsrftoken", token);
  request.upload.onprogress = ({ loaded, total }) => changed(upload, { share: total ? loaded / total : 0 });
  request.onload = () => {
    if (request.status >= 200 && request.status < 300) changed(upload, { phase: ARRIVED, share: 1 });
    else failed(upload);
  };
  request.onerror = () => failed(upload);
  const form = new FormData();
  form.append("file", upload.file, upload.file.name);
  request.send(form);
}

function stop(upload) {
  clearTimeout(upload.pause);
  upload.request?.abort();
}

/**
 * Send a file. An earlier file of the same key is given up: the later choice wins.
 * @param {string} key of the uploader.
 * @param {File} file
 * @param {{session: string, most: number}} options most: bytes; a larger file is not sent, only announced.
 */
export function begin(key, file, { session, most }) {
  giveUp(key);
  shared.lastUpload += 1;
  // The time tells the uploads of two visits apart: Python remembers the last one that it has taken.
  const upload = {
    key,
    file,
    id: `${Date.now()}-${shared.lastUpload}`,
    isTooLarge: file.size > most,
    isOvertaken: false,
    tries: 0,
  };
  shared.uploads.set(key, upload);
  addEventListener("beforeunload", ask);
  transmit(upload, session);
}

/** Give up the file of an uploader, whether it has arrived or not. */
export function giveUp(key) {
  const upload = shared.uploads.get(key);
  shared.uploads.delete(key);
  if (upload) stop(upload);
  send(UPLOAD, key);
}

// Leaving the tab would lose what is not taken yet. Each component has its own copy of this listener.
function ask(event) {
  if ([...shared.uploads.values()].some(({ phase }) => phase !== FAILED)) event.preventDefault();
  else removeEventListener("beforeunload", ask);
}
