/** Small help for making and finding elements. Text is always set as text, never read as markup. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ className?: string, text?: string, label?: string, type?: string }} [options]
 * @param {Array<Node | null>} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, options = {}, children = []) {
  const element = document.createElement(tag);
  if (options.className !== undefined) element.className = options.className;
  if (options.text !== undefined) element.textContent = options.text;
  if (options.label !== undefined) element.setAttribute("aria-label", options.label);
  if (element instanceof HTMLButtonElement) element.type = "button";
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/**
 * A button that does something.
 *
 * @param {string} text
 * @param {() => void} onClick
 * @param {{ className?: string, label?: string }} [options]
 */
export function makeButton(text, onClick, options = {}) {
  const button = make("button", { ...options, text });
  button.addEventListener("click", onClick);
  return button;
}

const drawings = {
  reply: "M10 5 3 12l7 7v-4.500c5 0 8.5 1.6 11 5-1-5-4-10-11-11z",
  edit: "M4 20h4L19 9l-4-4L4 16zm12.5-16.5 4 4 1.5-1.500a1.4 1.4 0 0 0 0-2l-2-2a1.4 1.4 0 0 0-2 0z",
  lock: "M12 2a5 5 0 0 0-5 5v3H5v12h14V10h-2V7a5 5 0 0 0-5-5zm-3 8V7a3 3 0 0 1 6 0v3z",
};

/**
 * A small drawing; what it means is said beside it.
 *
 * @param {keyof typeof drawings} name
 */
export function makeIcon(name) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  icon.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", drawings[name]);
  icon.append(path);
  return icon;
}

/**
 * The element that a selector finds; the page is broken without it.
 *
 * @template {Element} Kind
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(parent, selector, kind) {
  const element = parent.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${selector}.`);
}

/**
 * Replaces what an element holds, but only when it would differ: focus and screen readers stay where they are.
 *
 * @param {HTMLElement} parent
 * @param {string} key What the content depends on, written out.
 * @param {() => Node[]} content
 */
export function refill(parent, key, content) {
  if (parent.dataset.filledFor === key) return;
  parent.dataset.filledFor = key;
  const focused = parent.contains(document.activeElement) ? document.activeElement?.textContent : null;
  parent.replaceChildren(...content());
  if (focused === null || focused === undefined) return;
  for (const button of parent.querySelectorAll("button")) {
    if (button.textContent === focused) button.focus();
  }
}
