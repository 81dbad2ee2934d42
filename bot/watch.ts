import type { Database } from "../models/database.ts";

/**
 * Sees whether the database still answers. A driver whose connection broke in the midst of a write can wait for ever,
 * in a single command or in its search for the server; then only opening everything anew helps.
 * @param patience milliseconds; three times as long without an answer, and the database counts as lost
 * @param lost called once
 * @returns ends the watch
 */
export function watchDatabase(
  database: Pick<Database, "ping">,
  patience: number,
  lost: () => void,
): () => void {
  const every = patience / 2;
  let looked = performance.now();
  let answered = looked;
  const timer = setInterval(() => {
    const now = performance.now();
    // It was we who did not look: this process stood still.
    if (now - looked > patience) answered = now;
    looked = now;
    if (now - answered > 3 * patience) {
      clearInterval(timer);
      lost();
      return;
    }
    void database.ping().then((answers) => {
      if (answers) answered = performance.now();
    });
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
