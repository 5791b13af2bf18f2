// Bytes for another component of the page, kept apart from it: this element does not change when the slider is
// released, so Streamlit does not send the picture again. Layout: 64 characters of name, then the content.
const store = (globalThis.vizcorePayloads ??= new Map());

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  const name = new TextDecoder().decode(data.subarray(0, 64)).trim();
  if (store.get(name)?.length !== data.length - 64) store.set(name, data.slice(64));
  document.dispatchEvent(new CustomEvent("vizcore-payload", { detail: name }));
  const marker = parentElement.querySelector("span");
  if (marker.dataset.name && marker.dataset.name !== name) store.delete(marker.dataset.name);
  marker.dataset.name = name;
  // Called also for a run that was overtaken by the next one: only what has left the page is forgotten.
  return () => setTimeout(() => {
    if (!marker.isConnected) store.delete(marker.dataset.name);
  });
}
