// Pixels magnified without smoothing: one element that takes new ones in place.
export default function ({ data, parentElement }) {
  const figure = parentElement.querySelector("figure"), image = figure.querySelector("img");
  figure.dataset.follows = data.key;
  figure.querySelector("figcaption").textContent = data.caption;
  image.alt = data.caption;
  image.src = data.source;
  if (figure.follow) return;
  figure.follow = ({ detail }) => {
    if (!figure.isConnected) document.removeEventListener("vizcore-follow", figure.follow);
    else if (detail.key === figure.dataset.follows) image.src = detail.source;
  };
  document.addEventListener("vizcore-follow", figure.follow);
}
