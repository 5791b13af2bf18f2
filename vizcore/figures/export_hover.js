// Beside the mouse, what an exported page says of the cell that it points at.
import { cellText } from "./tiles.js";

const BESIDE = 12; // pixels between the mouse and the words
const chart = document.getElementById("figure");
const tip = document.body.appendChild(document.createElement("div"));
tip.className = "tip";
tip.hidden = true;

chart.on("plotly_hover", ({ points, event }) => {
  const cell = points.find(({ data }) => data.type === "heatmap");
  const text = cell ? cellText(chart.layout.meta, cell.x, cell.y, cell.z) : "";
  tip.textContent = text;
  tip.hidden = !text;
  const left = Math.max(0, Math.min(event.clientX + BESIDE, innerWidth - tip.offsetWidth - BESIDE));
  Object.assign(tip.style, { left: `${left}px`, top: `${event.clientY + BESIDE}px` });
});
chart.on("plotly_unhover", () => {
  tip.hidden = true;
});
