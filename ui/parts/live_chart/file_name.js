// The name of a file that is saved from a chart.
const LONGEST = 120; // letters

/**
 * The name of the file without its ending: what is drawn, and the view. The address holds every choice that makes the
 * view, so two views have two names.
 * @param {string} file name of what is drawn.
 * @param {{pathname: string, search: string}} address
 */
export function fileName(file, { pathname, search }) {
  const page = pathname.split("/").at(-1);
  const choices = [...new URLSearchParams(search)].map(([name, value]) => `${name}-${value}`);
  const words = [file, page, ...choices].filter(Boolean).join("-");
  return words.replaceAll(/[^\p{L}\p{N}.]+/gu, "-").slice(0, LONGEST);
}
