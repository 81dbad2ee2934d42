/** What is said while the answer window is closed. */
import type { Text } from "./effect.ts";
import type { AnswerWindow } from "./hours.ts";

export type ClosedWindow = AnswerWindow & { open: false };

/** One true message: it arrived, nobody reads now, when somebody will, and who answers meanwhile. */
export function closedText(window: ClosedWindow): Text {
  const helplines = { helplines: "card" } as const;
  if (window.opensAt === null) return { key: "hours.closedUnknown", with: { helplines } };
  return {
    key: "hours.closed",
    with: { opening: { time: window.opensAt, as: "day_and_time" }, helplines },
  };
}
