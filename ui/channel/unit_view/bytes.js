// Arrays that Python sends as base64.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {string} text base64 of float32 numbers. */
export const floats = (text) => new Float32Array(bytesOf(text).buffer);

/** @param {string} text base64 of float64 numbers. */
export const doubles = (text) => new Float64Array(bytesOf(text).buffer);

/** @param {string} text base64 of bytes. */
export const bytes = (text) => bytesOf(text);
