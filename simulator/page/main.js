import { ClockBar } from "./clock.js";
import { find, make, makeButton } from "./element.js";
import { Pane } from "./pane.js";
import { act, follow } from "./simulator.js";

/** @typedef {import("../page-server/view.ts").View} View */
/** @typedef {import("../page-server/view.ts").PaneView} PaneView */
/** @typedef {import("../page-server/view.ts").ChatView} ChatView */
/** @typedef {import("./simulator.js").Shown} Shown */

/** How long a problem stays on the screen, in milliseconds. */
const problemFor = 8000;

/** Narrower than this, one column at a time is shown; the style has the same number. */
const narrow = window.matchMedia("(max-width: 700px)");

const tabNames = new Map([
  ["messenger", "Messenger"],
  ["telegram", "Telegram"],
  ["team", "Supporter"],
  ["staff", "Staff"],
]);

const main = find(document, "#panes", HTMLElement);
const tabs = find(document, "#tabs", HTMLElement);
const problem = find(document, "#problem", HTMLElement);
const clock = new ClockBar((to) => void perform({ act: "move", to }));

/** @type {Map<string, Pane>} */
const panes = new Map();
let chosen = "messenger";
let problemTimer = 0;
/** Where to look as soon as the view has it. @type {Shown | null} */
let wanted = null;

follow(update, (connected) => {
  if (!connected) say("The simulator does not answer. Is the program still running?");
  else if (problem.dataset.connection === "lost") problem.hidden = true;
  problem.dataset.connection = connected ? "" : "lost";
});
narrow.addEventListener("change", layOut);
const tour = find(document, "#tour", HTMLDialogElement);
find(document, "#open-tour", HTMLButtonElement).addEventListener("click", () => tour.showModal());

/** @param {View} view */
function update(view) {
  clock.update(view.clock);
  for (const pane of view.panes) {
    const known = panes.get(pane.id);
    if (known === undefined) addPane(pane);
    else known.update(pane);
  }
  if (wanted !== null) show(wanted);
  markNews();
}

/** @param {PaneView} view */
function addPane(view) {
  const pane = new Pane(view, { act: perform, open, isVisible });
  panes.set(view.id, pane);
  main.append(pane.element);
  const tab = makeButton(tabNames.get(view.id) ?? view.title, () => choose(view.id));
  tab.id = `tab-${view.id}`;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", pane.element.id);
  tab.addEventListener("keydown", moveBetweenTabs);
  tabs.append(tab);
  layOut();
  pane.update(view);
}

/** @param {Pane} pane */
function isVisible(pane) {
  return document.visibilityState === "visible" && (!narrow.matches || pane.id === chosen);
}

/** @param {string} id */
function choose(id) {
  chosen = id;
  layOut();
  panes.get(id)?.refresh();
  markNews();
}

/** Columns are regions side by side, or one panel at a time with tabs. */
function layOut() {
  for (const [id, pane] of panes) {
    const isChosen = id === chosen;
    pane.element.classList.toggle("chosen", isChosen);
    pane.element.setAttribute("role", narrow.matches ? "tabpanel" : "region");
    const tab = document.getElementById(`tab-${id}`);
    tab?.setAttribute("aria-selected", String(isChosen));
    if (tab !== null) tab.tabIndex = isChosen ? 0 : -1;
  }
}

/** @param {KeyboardEvent} event */
function moveBetweenTabs(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  const ids = [...panes.keys()];
  const next = ids[(ids.indexOf(chosen) + step + ids.length) % ids.length];
  if (next === undefined) return;
  choose(next);
  document.getElementById(`tab-${next}`)?.focus();
}

function markNews() {
  for (const [id, pane] of panes) {
    const news = narrow.matches && id !== chosen && pane.hasNews;
    document.getElementById(`tab-${id}`)?.classList.toggle("news", news);
  }
}

/**
 * Does something, then looks where it leads. True when it went well; otherwise the page says why not.
 *
 * @param {Record<string, string>} what
 */
async function perform(what) {
  try {
    wanted = (await act(what)) ?? wanted;
    if (wanted !== null) show(wanted);
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** @param {Shown} shown */
function show({ pane: id, person }) {
  if (panes.get(id)?.choose(person) !== true) return;
  wanted = null;
  choose(id);
}

/** @param {string} sentence */
function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
  clearTimeout(problemTimer);
  problemTimer = window.setTimeout(() => {
    problem.hidden = true;
  }, problemFor);
}

/**
 * Follows a link as the person who taps it. A link on the team's side is often meant for somebody else: then the page
 * asks who opens it.
 *
 * @param {PaneView} pane
 * @param {ChatView} chat
 * @param {string} url
 */
async function open(pane, chat, url) {
  const ask = pane.id === "staff" || pane.id === "team";
  const as = ask && url.startsWith("https://t.me/") ? await askWho(url, chat.person) : "";
  if (as !== null) await perform({ act: "open", pane: pane.id, person: chat.person, url, as });
}

/**
 * Resolves with a person's id, `new`, or null for nobody.
 *
 * @param {string} url
 * @param {string} self
 * @returns {Promise<string | null>}
 */
function askWho(url, self) {
  const dialog = find(document, "#who", HTMLDialogElement);
  const team = panes.get("team")?.people ?? [];
  const choices = [
    ...team.map(({ id, name, role }) => ({ value: id, label: id === self ? `${name} (you)` : name, role })),
    { value: "new", label: "Somebody new", role: "supporter" },
  ];
  find(dialog, "#who-link", HTMLElement).textContent = url;
  find(dialog, "#who-people", HTMLElement).replaceChildren(
    ...choices.map(({ value, label, role }) => {
      const button = make("button", { className: "plain", text: `${label} · ${role}` });
      button.type = "submit";
      button.value = value;
      return button;
    }),
  );
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
  });
}
