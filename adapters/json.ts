/** JSON that comes from outside: no fault in it is ours, so none is thrown. */

/** Null for what is no JSON; the fault itself is not told, because it quotes what was written. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null for what is nested more deeply than any platform nests. */
export function toJson(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}
