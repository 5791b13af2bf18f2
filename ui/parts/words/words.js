// A sentence and a table whose texts change in place.
import { follows } from "../browser/following.js";

function write(root, { text, rows }) {
  const paragraph = root.querySelector("p");
  const table = root.querySelector("table");
  paragraph.textContent = text;
  paragraph.hidden = !text;
  table.hidden = !rows.length;
  while (table.rows.length > rows.length) table.deleteRow(-1);
  for (const [index, cells] of rows.entries()) {
    const row = table.rows[index] ?? table.insertRow();
    for (const [place, cell] of cells.entries()) (row.cells[place] ?? row.insertCell()).textContent = cell;
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".vizcore-words");
  root.toggleAttribute("data-notice", data.isNotice);
  write(root, data);
  follows(root, data.key, (values) => write(root, values));
}
