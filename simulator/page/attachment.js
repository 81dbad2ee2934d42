import { find, make, refill } from "./element.js";
import { attachmentName } from "./message.js";

/** @typedef {{ content: string, type: string, name: string }} OwnFile */

const none = { content: "", type: "", name: "" };
/** A kind that is followed by this is sent with a file of one's own. */
const own = " (own file)";
const withFiles = new Set(["photo", "image", "video", "voice", "audio", "document", "file"]);

/** Where a person chooses what to send besides words: a sample of each kind, or a file of their own. */
export class Attachment {
  /** @type {HTMLElement} */
  #label;
  /** @type {HTMLSelectElement} */
  #select;

  /**
   * @param {HTMLElement} pane
   * @param {(kind: string, file: OwnFile) => Promise<boolean>} onSend
   */
  constructor(pane, onSend) {
    this.#label = find(pane, ".attach", HTMLElement);
    this.#select = find(pane, ".attach select", HTMLSelectElement);
    const input = find(pane, ".own-file", HTMLInputElement);
    let waiting = "";
    this.#select.addEventListener("change", () => {
      const chosen = this.#select.value;
      this.#select.value = "";
      if (!chosen.endsWith(own)) {
        void onSend(chosen, none);
        return;
      }
      waiting = chosen.slice(0, -own.length);
      input.value = "";
      input.click();
    });
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (file === undefined) return;
      await onSend(waiting, { content: await base64Of(file), type: file.type, name: file.name });
    });
  }

  /** @param {readonly string[]} kinds */
  show(kinds) {
    this.#label.hidden = kinds.length === 0;
    refill(this.#select, JSON.stringify(kinds), () => [
      makeOption("", "📎"),
      ...kinds.map((kind) => makeOption(kind, attachmentName(kind))),
      ...kinds
        .filter((kind) => withFiles.has(kind))
        .map((kind) => makeOption(kind + own, attachmentName(kind) + own)),
    ]);
  }
}

/**
 * @param {string} value
 * @param {string} text
 */
function makeOption(value, text) {
  const option = make("option", { text });
  option.value = value;
  return option;
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 */
function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/, "")));
    reader.addEventListener("error", () => reject(new Error("The file can't be read.")));
    reader.readAsDataURL(file);
  });
}
