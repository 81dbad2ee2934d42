/**
 * The subjects as this holder of the lease last wrote or read them. Only a hint: a commit that was made from an old
 * reading is refused by its version, and the subject is read again.
 */
import type { SubjectId } from "../flows/party.ts";
import type { Subject, Subjects } from "../models/subjects.ts";
import { Batch } from "./batch.ts";

export class SubjectCache {
  readonly #known = new Map<SubjectId, Subject>();
  readonly #limit: number;
  readonly #loads: Batch<SubjectId, Subject | null>;

  constructor(subjects: Subjects, limit = 10_000) {
    this.#limit = limit;
    this.#loads = new Batch(async (ids) => {
      const found = await subjects.load(ids);
      return ids.map((id) => found.get(id) ?? null);
    });
  }

  /** Null when there is no such subject. */
  async get(id: SubjectId): Promise<Subject | null> {
    const known = this.#known.get(id);
    if (known) return known;
    const loaded = await this.#loads.add(id);
    // A commit may have been faster than this reading.
    const newer = this.#known.get(id);
    if (newer) return newer;
    if (loaded) this.put(loaded);
    return loaded;
  }

  /** What is known without asking the database. */
  peek(id: SubjectId): Subject | null {
    return this.#known.get(id) ?? null;
  }

  put(subject: Subject): void {
    this.#known.delete(subject.id);
    this.#known.set(subject.id, subject);
    if (this.#known.size <= this.#limit) return;
    const [oldest] = this.#known.keys();
    if (oldest) this.#known.delete(oldest);
  }

  drop(id: SubjectId): void {
    this.#known.delete(id);
  }

  clear(): void {
    this.#known.clear();
  }
}
