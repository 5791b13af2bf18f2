// The keyboard on a chart. On a mosaic the arrows move a frame from tile to tile, Enter opens the tile in the frame; on an
// opened channel the arrows step to its neighbours. Escape closes the open channel.
import { frameAround } from "../../../vizcore/figures/tiles.js";
import { CLOSED, hear, send } from "../browser/events.js";
import { plotArea } from "../browser/plotly_internals.js";
import { tileText } from "./spoken.js";

const PANEL = "[class*='-panel']"; // the panel of an opened channel
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The tile that a key leads to, or undefined if it is no key of the walk. At an edge the tile stays; left and right go on
 * in the neighbouring row.
 * @param {string} key name of the key; with "Control+" before it if that is held.
 * @param {number} tile index of the tile in the frame.
 * @param {{columns: number, count: number}} mosaic tiles in a row, and all of them.
 */
export function nextTile(key, tile, { columns, count }) {
  const first = tile - (tile % columns);
  const targets = {
    ArrowLeft: tile - 1,
    ArrowRight: tile + 1,
    ArrowUp: tile - columns,
    ArrowDown: tile + columns,
    Home: first,
    End: Math.min(first + columns, count) - 1,
    "Control+Home": 0,
    "Control+End": count - 1,
  };
  const target = targets[key];
  if (target === undefined) return undefined;
  return target >= 0 && target < count ? target : tile;
}

export class Keys {
  /** @param {object} live the `LiveChart` of live_chart.js. */
  constructor(live) {
    const { root, chart } = live;
    this.live = live;
    this.frame = root.querySelector(".focus");
    this.said = root.querySelector(".said");
    this.tile = 0;
    root.addEventListener("keydown", (event) => {
      delete root.dataset.mouse;
      if (event.altKey || event.metaKey) return;
      // The buttons below a mosaic keep their keys.
      if (event.target === chart || !live.pickable) this.press(event);
    });
    root.addEventListener("pointerdown", () => {
      root.dataset.mouse = "";
      this.frame.hidden = true;
    });
    chart.addEventListener("focus", () => this.arrive());
    chart.addEventListener("blur", () => {
      this.frame.hidden = true;
    });
    this.escape = (event) => this.shut(event);
    document.addEventListener("keydown", this.escape);
    this.stop = hear(CLOSED, (channel, event) => this.closed(channel, event));
  }

  /** The tile in the frame is that of a channel, if the mosaic shows it. */
  goTo(channel) {
    const tile = this.live.meta.channels?.indexOf(channel) ?? -1;
    if (tile >= 0) this.tile = tile;
  }

  /** Say a text once. */
  say(text) {
    this.said.textContent = text;
  }

  arrive() {
    const { live } = this;
    if (!live.pickable) return;
    if (live.channel !== undefined) this.goTo(live.channel);
    this.place();
    if (!this.frame.hidden) this.say(tileText(live.meta, this.tile, live.data.picking));
  }

  press(event) {
    const { live } = this;
    if (!live.pickable) {
      const [channel, count] = live.data?.stepping ?? [];
      const step = STEPS[event.key];
      if (!step || channel === undefined) return;
      event.preventDefault();
      live.ask((live.channel + step + count) % count);
      return;
    }
    const { columns, channels } = live.meta;
    if (event.key === "Enter") {
      live.open(channels[this.tile]);
      return;
    }
    const key = `${event.ctrlKey ? "Control+" : ""}${event.key}`;
    const tile = nextTile(key, this.tile, { columns, count: channels.length });
    if (tile === undefined) return;
    event.preventDefault();
    this.tile = tile;
    this.place();
    if (!this.isVisible) live.zoom.reset();
    live.keepBelowBar(this.frame);
    this.frame.scrollIntoView({ block: "nearest" });
    this.say(tileText(live.meta, tile, live.data.picking));
  }

  /** The rectangle of the frame in the drawn part of the mosaic, 0 … 1 from left to right and from top to bottom. */
  get rectangle() {
    const { zoom, meta } = this.live;
    const { x0, x1, y0, y1 } = frameAround(meta, this.tile);
    const part = (value, [from, to]) => (value - from) / (to - from);
    const across = zoom.range("xaxis");
    const down = zoom.range("yaxis").toReversed();
    return { left: part(x0, across), right: part(x1, across), top: part(y0, down), bottom: part(y1, down) };
  }

  /** Whether more than half of the tile is in the drawn part. */
  get isVisible() {
    const { left, right, top, bottom } = this.rectangle;
    const shown = (from, to) => Math.min(1, to) - Math.max(0, from) > (to - from) / 2;
    return shown(left, right) && shown(top, bottom);
  }

  /** Put the frame around its tile. It is visible while the chart has the focus, unless a mouse gave it. */
  place() {
    const { live, frame } = this;
    const area = plotArea(live.chart);
    const hasFocus = document.activeElement === live.chart && !("mouse" in live.root.dataset);
    frame.hidden = !(live.pickable && hasFocus && area);
    if (frame.hidden) return;
    this.tile = Math.min(this.tile, live.meta.channels.length - 1);
    const around = live.root.getBoundingClientRect();
    const { left, right, top, bottom } = this.rectangle;
    Object.assign(frame.style, {
      left: `${area.left - around.left + left * area.width}px`,
      top: `${area.top - around.top + top * area.height}px`,
      width: `${(right - left) * area.width}px`,
      height: `${(bottom - top) * area.height}px`,
    });
    // For tests: the channel in the frame.
    frame.dataset.channel = live.meta.channels[this.tile];
  }

  /** Close the open channel on Escape in its panel or on a mosaic. A chart of the panel does it. */
  shut(event) {
    const { live } = this;
    const panel = live.data?.reveal && live.root.closest(PANEL);
    if (event.key !== "Escape" || event.defaultPrevented || !panel) return;
    if (!panel.contains(event.target) && !event.target.closest?.("[data-pickable]")) return;
    event.preventDefault();
    live.tell("closed", live.channel);
    this.leave();
  }

  /** Say that the channel is closed: its mosaic takes the focus that the panel loses. */
  leave() {
    const { picking } = this.live.data;
    if (picking) send(CLOSED, { layer: picking.layer, channel: this.live.channel });
  }

  closed({ layer, channel }, event) {
    const { live } = this;
    if (event.defaultPrevented || !live.pickable || !live.root.isConnected) return;
    const isHere = document.activeElement === live.chart;
    const isOnAnother = document.activeElement?.closest("[data-pickable]");
    if (!isHere && (isOnAnother || live.data.picking.layer !== layer)) return;
    event.preventDefault();
    Object.assign(live, { asked: undefined, channel: undefined });
    if (!isHere) {
      this.goTo(channel);
      live.chart.focus();
      this.place();
    }
    this.say(`${live.data.picking.noun} ${channel} closed`);
  }

  close() {
    this.stop();
    document.removeEventListener("keydown", this.escape);
    // The panel was closed by its button, which had the focus.
    const isLost = document.activeElement === document.body;
    if (this.live.data?.reveal && isLost) this.leave();
  }
}
