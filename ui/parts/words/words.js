// A sentence and a table whose words are replaced where they stand.
function write(root, { text, rows }) {
  const paragraph = root.querySelector("p"), table = root.querySelector("table");
  paragraph.textContent = text;
  paragraph.hidden = !text;
  table.hidden = !rows.length;
  while (table.rows.length > rows.length) table.deleteRow(-1);
  rows.forEach((cells, index) => {
    const row = table.rows[index] ?? table.insertRow();
    cells.forEach((cell, place) => { (row.cells[place] ?? row.insertCell()).textContent = cell; });
  });
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".vizcore-words");
  root.dataset.follows = data.key;
  root.toggleAttribute("data-notice", data.isNotice);
  write(root, data);
  if (root.follow) return;
  root.follow = ({ detail }) => {
    if (!root.isConnected) document.removeEventListener("vizcore-follow", root.follow);
    else if (detail.key === root.dataset.follows) write(root, detail);
  };
  document.addEventListener("vizcore-follow", root.follow);
}
