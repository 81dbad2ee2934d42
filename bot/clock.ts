/**
 * Service time: what flows, reminders and retention go by. It is injected, and the simulator moves it forward.
 * Transport (lease, back-off, pacing, time-outs) goes by the real clock instead.
 */
export interface Clock {
  now(): Date;
  /** Called when the clock was moved by hand; returns how to stop listening. */
  onMove?(listener: () => void): () => void;
}

export const realClock: Clock = { now: () => new Date() };
