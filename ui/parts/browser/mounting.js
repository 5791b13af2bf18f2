// Keeps one object for each element of a component. Streamlit calls the component's function again with all new data.

/**
 * The object of an element, made at the first call, and a function that closes it if the element has left the page.
 * @param {HTMLElement & {vizcoreView?: object}} element of the component.
 * @param {() => {close: () => void}} make
 */
export function mounted(element, make) {
  element.vizcoreView ??= make();
  const view = element.vizcoreView;
  // Streamlit calls the function that a component returns also after a run that the next one overtook. In that case the
  // element stays.
  const leave = () => {
    setTimeout(() => {
      if (!element.isConnected) view.close();
    });
  };
  return [view, leave];
}
