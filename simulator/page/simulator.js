/** The page's line to the simulator: the view comes as a stream, what is done goes as JSON. */

/** @typedef {import("../page-server/view.ts").View} View */
/** @typedef {{ pane: string, person: string }} Shown */

/**
 * Calls `onView` with the view now and after each change; the browser connects again by itself.
 *
 * @param {(view: View) => void} onView
 * @param {(connected: boolean) => void} onConnection
 */
export function follow(onView, onConnection) {
  const stream = new EventSource("changes");
  stream.addEventListener("message", (event) => {
    onConnection(true);
    onView(JSON.parse(event.data));
  });
  stream.addEventListener("error", () => onConnection(false));
}

/**
 * Does something and resolves with where to look next, or null. Rejects with the sentence that says why it can't be
 * done.
 *
 * @param {Record<string, string>} what
 * @returns {Promise<Shown | null>}
 */
export async function act(what) {
  const response = await fetch("act", {
    method: "POST",
    headers: { "content-type": "application/json", "x-simulator": "page" },
    body: JSON.stringify(what),
  }).catch(() => {
    throw new Error("The simulator does not answer. Is the program still running?");
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.problem);
  return answer.show;
}
