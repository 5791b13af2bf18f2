/**
 * The formula for the new value of v, as MathML. Every current browser draws MathML, and screen readers speak it.
 * @param {string} template of the kind, with a place for the amount, or two places for its sign and its size.
 * @param {string} written the amount as a text.
 */
export function formula(template, written) {
  const size = written.replace("-", "");
  const isNegative = size !== written;
  const places = { amount: isNegative ? `−${size}` : size, sign: isNegative ? "−" : "+", size };
  const filled = template.replace(/\{(\w+)\}/g, (_, place) => places[place]);
  return `<math><mrow><mi>v</mi><mo lspace="0" rspace="0.2em">′</mo><mo>=</mo>${filled}</mrow></math>`;
}
