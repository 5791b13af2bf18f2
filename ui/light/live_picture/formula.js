/**
 * What becomes of a value v, as MathML, which every current browser draws by itself and screen readers speak.
 * @param {string} template of the kind, with places for the amount, or for its sign and its size apart from each other.
 * @param {string} written the amount, as it is written.
 */
export function formula(template, written) {
  const size = written.replace("-", "");
  const isNegative = size !== written;
  const places = { amount: isNegative ? `−${size}` : size, sign: isNegative ? "−" : "+", size };
  const filled = template.replace(/\{(\w+)\}/g, (_, place) => places[place]);
  return `<math><mrow><mi>v</mi><mo lspace="0" rspace="0.2em">′</mo><mo>=</mo>${filled}</mrow></math>`;
}
