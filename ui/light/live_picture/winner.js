// Which sentence about the ribbon belongs to an amount, without a page.

/**
 * What is said while the thumb is at an amount: from where to where the class there wins.
 * @param {{flips: number[], sentences: string[], at: number, exception: string}} levels flips: ascending; the sentences
 *   belong to the segments between them, one more than there are flips. exception: what is said at `at` in place of that,
 *   or nothing.
 * @param {number} amount
 */
export function sentenceAt({ flips, sentences, at, exception }, amount) {
  return (at === amount && exception) || sentences[flips.filter((flip) => flip < amount).length];
}
