// A picture magnified without smoothing, whose pixels change in place.
import { follows } from "../browser/following.js";

export default function ({ data, parentElement }) {
  const figure = parentElement.querySelector("figure");
  const image = figure.querySelector("img");
  figure.querySelector("figcaption").textContent = data.caption;
  image.alt = data.caption;
  image.src = data.source;
  follows(figure, data.key, ({ source }) => {
    image.src = source;
  });
}
