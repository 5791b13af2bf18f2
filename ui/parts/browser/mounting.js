// A component of Streamlit is a function that is called again with every new data. These keep one object per element.

/**
 * The object of an element, made at the first call. It is closed once the element has left the page.
 * @param {HTMLElement & {vizcoreView?: object}} element of the component.
 * @param {() => {close: () => void}} make
 */
export function mounted(element, make) {
  element.vizcoreView ??= make();
  const view = element.vizcoreView;
  // What a component returns is called also for a run that the next one overtook. The element then stays.
  const leave = () => {
    setTimeout(() => {
      if (!element.isConnected) view.close();
    });
  };
  return [view, leave];
}
