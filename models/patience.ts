/**
 * No call of the database is waited for without end. A connection that breaks in the very moment in which a command
 * is written leaves the driver (7.8) waiting for ever, and its own `timeoutMS` has no effect.
 */
import type { mongo } from "mongoose";

/** Whether the call was carried out is not known, as after a lost connection. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor() {
    super("the database did not answer in time");
  }
}

/**
 * The same collection; what it is asked is answered within `limit` milliseconds, or rejects with `NoAnswer`.
 * Of cursors this holds for `toArray`.
 */
export function patient<Document extends mongo.Document>(
  collection: mongo.Collection<Document>,
  limit: number,
): mongo.Collection<Document> {
  return new Proxy(collection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => limited(value.apply(target, args), limit);
    },
  });
}

function limited(answer: unknown, limit: number): unknown {
  if (answer instanceof Promise) return within(answer, limit);
  if (typeof answer === "object" && answer !== null && "toArray" in answer) {
    const { toArray } = answer;
    if (typeof toArray === "function") answer.toArray = () => within(toArray.call(answer), limit);
  }
  return answer;
}

/** @throws NoAnswer after `limit` milliseconds */
export function within<T>(answer: Promise<T>, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), limit);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
