// What a typed amount means, as a function without a page. `read_amount` in ui/session/brightness.py does the same for
// an amount from a link.
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const LONGEST = 20; // characters of a text that is quoted

/**
 * The amount that a text means, and a sentence if that is not what the text says.
 * @param {string} text a comma is a decimal point.
 * @param {{minimum: number, maximum: number, decimals: number,
 *   refusals: {low: string, high: string, unread: string}}} kind of brightness, as in the slider's data. The sentence
 *   `unread` has the placeholders {text} and {amount}.
 * @param {number} otherwise the amount for a text that is not a number.
 * @returns {{amount: number, sentence: string}} the amount may lie between two steps of the slider.
 */
export function typed(text, { minimum, maximum, decimals, refusals }, otherwise) {
  const plain = text.trim().replaceAll(",", ".").replaceAll("−", "-");
  if (!NUMBER.test(plain)) {
    const places = { text: text.trim().slice(0, LONGEST), amount: otherwise.toFixed(decimals).replace("-", "−") };
    return { amount: otherwise, sentence: refusals.unread.replace(/\{(\w+)\}/g, (_, place) => places[place]) };
  }
  const number = Number(plain);
  if (number < minimum) return { amount: minimum, sentence: refusals.low };
  if (number > maximum) return { amount: maximum, sentence: refusals.high };
  return { amount: number, sentence: "" };
}
