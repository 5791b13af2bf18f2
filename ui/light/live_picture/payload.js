// Bytes for another component of the page, in an element of their own: this element does not change when the slider is
// released, so Streamlit does not send the picture again. Layout: 64 characters with the name, then the content.
import { PAYLOAD, send, shared } from "../../parts/browser/events.js";
import { mounted } from "../../parts/browser/mounting.js";

class Payload {
  update(data) {
    const { payloads } = shared;
    const name = new TextDecoder().decode(data.subarray(0, 64)).trim();
    if (payloads.get(name)?.length !== data.length - 64) payloads.set(name, data.slice(64));
    send(PAYLOAD, name);
    if (this.name !== name) payloads.delete(this.name);
    this.name = name;
  }

  close() {
    shared.payloads.delete(this.name);
  }
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  const [payload, leave] = mounted(parentElement.querySelector("span"), () => new Payload());
  payload.update(data);
  return leave;
}
