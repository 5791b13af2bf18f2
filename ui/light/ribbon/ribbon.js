// What colours the slider of this page. It is an element of its own, the last one: the slider need not wait for it.
class Ribbon {
  constructor(marker) {
    this.marker = marker;
    // The slider may be mounted later, or change its kind in between; and it knows when nobody holds its thumb.
    this.listeners = { "vizcore-ribbon-wanted": () => this.say(), "vizcore-ribbon-more": () => this.ask() };
    for (const [name, heard] of Object.entries(this.listeners)) document.addEventListener(name, heard);
  }

  update(data, tell) {
    Object.assign(this, { data, tell });
    this.say();
  }

  say() {
    if (!this.marker.isConnected) return;
    const { data } = this;
    document.dispatchEvent(new CustomEvent("vizcore-ribbon", { detail: data.bands ? data : undefined }));
  }

  // For more of a ribbon that is not whole yet. Once for each answer: none waits in a queue.
  ask() {
    const { more } = this.data;
    if (!this.marker.isConnected || !more || more === this.asked) return;
    this.asked = more;
    this.tell("more", more);
  }

  close() {
    for (const [name, heard] of Object.entries(this.listeners)) document.removeEventListener(name, heard);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const marker = parentElement.querySelector("span");
  marker.ribbon ??= new Ribbon(marker);
  marker.ribbon.update(data, setTriggerValue);
  // Called also for a run that was overtaken by the next one: only what has left the page is forgotten.
  return () => setTimeout(() => { if (!marker.isConnected) marker.ribbon.close(); });
}
