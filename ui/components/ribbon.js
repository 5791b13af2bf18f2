// What colours the slider of this page. It is an element of its own, the last one: the slider need not wait for it.
export default function ({ data, parentElement }) {
  const marker = parentElement.querySelector("span");
  const say = () => document.dispatchEvent(new CustomEvent("vizcore-ribbon", { detail: data.bands ? data : undefined }));
  say();
  // The slider may be mounted later, or change its kind in between.
  if (marker.asked) document.removeEventListener("vizcore-ribbon-wanted", marker.asked);
  marker.asked = () => { if (marker.isConnected) say(); };
  document.addEventListener("vizcore-ribbon-wanted", marker.asked);
  // Called also for a run that was overtaken by the next one: only what has left the page is forgotten.
  return () => setTimeout(() => {
    if (!marker.isConnected) document.removeEventListener("vizcore-ribbon-wanted", marker.asked);
  });
}
