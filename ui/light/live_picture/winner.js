// The sentence about the ribbon that belongs to an amount, as a function without a page.

/**
 * The sentence about the class that wins at an amount and the range in which it wins.
 * @param {{flips: number[], sentences: string[], at: number, exception: string}} levels flips: rising. sentences: one
 *   for each segment between the flips, so one more than flips. exception: replaces the sentence at the amount `at`,
 *   unless it is empty.
 * @param {number} amount
 */
export function sentenceAt({ flips, sentences, at, exception }, amount) {
  return (at === amount && exception) || sentences[flips.filter((flip) => flip < amount).length];
}
