// The tip beside the mouse on an exported page: channel, row, column and value of the cell under the mouse.
import { cellText } from "./tiles.js";

const BESIDE = 12; // pixels between the mouse and the tip
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
