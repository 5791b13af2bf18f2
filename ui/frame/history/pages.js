// Addresses of pages that are almost right: "/feature-maps" means "/Feature_maps".

function plain(name) {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/**
 * The page that an address means, or undefined if it means none or is that of a page already.
 * @param {string} pathname of the address.
 * @param {string[]} pages the last parts of the addresses of all pages.
 */
export function pageMeant(pathname, pages) {
  const asked = pathname.replace(/\/+$/, "").split("/").at(-1);
  if (!plain(asked) || pages.includes(asked)) return undefined;
  return pages.find((page) => plain(page) === plain(asked));
}
