import { find } from "./element.js";

/** @typedef {import("../page-server/view.ts").MessageView} MessageView */
/** @typedef {{ kind: "reply" | "edit", message: MessageView }} Answering */
/** @typedef {{ text: string, answering: Answering | null }} Draft */

/** Where a person writes: one draft a chat, kept while another chat is shown. */
export class Composer {
  /** @type {HTMLTextAreaElement} */
  #field;
  /** @type {HTMLElement} */
  #label;
  /** @type {HTMLElement} */
  #answeringLine;
  /** @type {HTMLElement} */
  #answeringWords;
  /** @type {Map<string, Draft>} */
  #drafts = new Map();
  #chat = "";

  /**
   * @param {HTMLElement} pane
   * @param {(draft: Draft) => Promise<boolean>} onSend Resolves with true when it was sent.
   */
  constructor(pane, onSend) {
    const form = find(pane, ".composer", HTMLFormElement);
    this.#field = find(form, "textarea", HTMLTextAreaElement);
    this.#answeringLine = find(pane, ".answering", HTMLElement);
    this.#answeringWords = find(pane, ".answering-words", HTMLElement);
    this.#label = find(form, ".field > span", HTMLElement);

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const draft = this.#draft;
      const chat = this.#chat;
      if (draft.text.trim() === "" || !(await onSend(draft))) return;
      this.#drafts.delete(chat);
      if (chat === this.#chat) this.#write();
    });
    this.#field.addEventListener("input", () => {
      this.#draft.text = this.#field.value;
      this.#fit();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.cancel();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    find(pane, ".cancel", HTMLButtonElement).addEventListener("click", () => this.cancel());
  }

  /**
   * Shows the draft of a chat.
   *
   * @param {string} chat
   * @param {string} label
   */
  show(chat, label) {
    if (chat === this.#chat) return;
    this.#chat = chat;
    this.#label.textContent = label;
    this.#write();
  }

  /** @param {Answering} answering */
  answer(answering) {
    this.#draft.answering = answering;
    if (answering.kind === "edit") this.#draft.text = answering.message.text;
    this.#write();
    this.#field.focus();
  }

  cancel() {
    if (this.#draft.answering?.kind === "edit") this.#draft.text = "";
    this.#draft.answering = null;
    this.#write();
    this.#field.focus();
  }

  /** @returns {Draft} */
  get #draft() {
    const draft = this.#drafts.get(this.#chat) ?? { text: "", answering: null };
    this.#drafts.set(this.#chat, draft);
    return draft;
  }

  #write() {
    const { text, answering } = this.#draft;
    this.#field.value = text;
    this.#answeringLine.hidden = answering === null;
    if (answering !== null) {
      const what = answering.kind === "edit" ? "Edit" : `Reply to ${answering.message.author}`;
      this.#answeringWords.textContent = `${what}: ${answering.message.text}`;
    }
    this.#fit();
  }

  /** As high as its lines, up to what the style allows. */
  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}
