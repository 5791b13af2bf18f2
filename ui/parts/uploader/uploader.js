// A way in for a file, by button, keyboard or drop. The file itself travels in sending.js.
import { UPLOAD, hear, shared } from "../browser/events.js";
import { mounted } from "../browser/mounting.js";
import { isAtRest } from "../browser/streamlit_dom.js";
import { ARRIVED, FAILED, begin, giveUp, transmit } from "./sending.js";

const ANSWER_LIMIT = 2000; // ms without an answer, after which Python is told again

class Uploader {
  constructor(element) {
    this.element = element;
    this.input = element.querySelector("input");
    const find = (name) => element.querySelector(`.${name}`);
    [this.course, this.words, this.again] = [find("course"), find("words"), find("again")];
    this.bar = element.querySelector("progress");
    find("choose").onclick = () => this.input.click();
    find("cancel").onclick = () => {
      giveUp(this.data.key);
      // Later: otherwise the same press of Enter would also press the other button.
      setTimeout(() => find("choose").focus());
    };
    this.again.onclick = () => transmit(shared.uploads.get(this.data.key), this.data.session);
    this.input.onchange = () => {
      this.take(this.input.files);
      // The same file can be chosen again.
      this.input.value = "";
    };
    this.listenToDrops();
    this.stop = hear(UPLOAD, (key) => {
      if (key === this.data?.key) this.show();
    });
  }

  listenToDrops() {
    const { element } = this;
    element.ondragover = (event) => {
      event.preventDefault();
      element.dataset.over = "";
    };
    element.ondragleave = () => delete element.dataset.over;
    element.ondrop = (event) => {
      event.preventDefault();
      delete element.dataset.over;
      this.take(event.dataTransfer.files);
    };
  }

  take([file]) {
    if (file) begin(this.data.key, file, this.data);
  }

  update(data, tell) {
    Object.assign(this, { data, tell });
    this.element.setAttribute("aria-label", data.label);
    this.input.accept = data.accept;
    const upload = shared.uploads.get(data.key);
    if (upload && upload.id === data.taken) {
      giveUp(data.key);
    } else if (upload && upload.session !== data.session) {
      // The connection was lost for so long that the visitor has a new session, which does not know the file.
      transmit(upload, data.session);
    }
    this.show();
  }

  show() {
    const upload = shared.uploads.get(this.data.key);
    this.course.hidden = !upload;
    clearTimeout(this.limit);
    if (!upload) return;
    const { file, share, phase } = upload;
    this.words.textContent =
      phase === FAILED
        ? `“${file.name}” did not reach the server.`
        : `“${file.name}” is on its way. You may look at other pages meanwhile.`;
    this.bar.value = share;
    this.bar.hidden = phase === FAILED;
    this.again.hidden = phase !== FAILED;
    if (phase === ARRIVED) this.announce(upload);
  }

  // A message that is sent while the page changes can be lost: it is repeated until Python has answered.
  announce(upload) {
    const { id, file, isOvertaken, isTooLarge } = upload;
    if (isAtRest() || upload.announced !== id) {
      upload.announced = id;
      this.tell({ id, name: file.name, size: file.size, sent: !isTooLarge, overtaken: isOvertaken });
    }
    this.limit = setTimeout(() => this.show(), ANSWER_LIMIT);
  }

  close() {
    this.stop();
    clearTimeout(this.limit);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".uploader");
  const [uploader, leave] = mounted(element, () => new Uploader(element));
  uploader.update(data, (message) => setTriggerValue("arrived", message));
  return leave;
}
