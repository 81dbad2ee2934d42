/**
 * The mechanisms of a message's path, each taken away once. A copy of the code without it must make a test fail: then
 * it carries weight, and the tests would notice if it got lost.
 */
export interface Mutant {
  without: string;
  file: string;
  find: string;
  replace: string;
  /** The tests that must notice. */
  caughtBy: "mechanisms" | "crash-points" | "history";
}

export const mutants: readonly Mutant[] = [
  {
    without: "the epoch at the commit",
    file: "models/subjects.ts",
    find: "filter: { _id: id, version: read, epoch: { $lte: epoch }, pending: false },",
    replace: "filter: { _id: id, version: read, pending: false },",
    caughtBy: "mechanisms",
  },
  {
    without: "the epoch at the claim",
    file: "models/messages.ts",
    find: "filter: { _id, chat, delivery, epoch: { $lte: epoch } },",
    replace: "filter: { _id, chat, delivery },",
    caughtBy: "mechanisms",
  },
  {
    without: "the version at the commit",
    file: "models/subjects.ts",
    find: "filter: { _id: id, version: read, epoch: { $lte: epoch }, pending: false },",
    replace: "filter: { _id: id, epoch: { $lte: epoch } },",
    caughtBy: "mechanisms",
  },
  {
    without: "the last key",
    file: "bot/turn.ts",
    find: "if (update && subject?.lastKey === update._id) {",
    replace: "if (update && !update) {",
    caughtBy: "mechanisms",
  },
  {
    without: "the mark that an update is done",
    file: "bot/turn.ts",
    find: 'if (update) outbox.push({ entry: "done", key: update._id });',
    replace: "",
    caughtBy: "mechanisms",
  },
  {
    without: "healing at the start",
    file: "bot/worker.ts",
    find: "    await this.#heal(tenure);\n",
    replace: "",
    caughtBy: "mechanisms",
  },
  {
    without: "healing before the next update",
    file: "bot/turn.ts",
    find: "if (subject && subject.outbox.length > 0) await this.#heal(tenure, subject);",
    replace: "",
    caughtBy: "mechanisms",
  },
  {
    without: "the recall",
    file: "bot/post.ts",
    find: "await this.#sender.withdraw(chat, id, () => messages.recall(id, version, chat, tenure.epoch));",
    replace: "void chat;",
    caughtBy: "mechanisms",
  },
  {
    without: "the recall of what a dead holder was sending",
    file: "models/messages.ts",
    find: 'await this.#documents.updateMany({ ...those, delivery: "sending", epoch: { $lt: epoch } }, change);',
    replace: "void epoch;",
    caughtBy: "mechanisms",
  },
  {
    without: "asking once more before a send",
    file: "bot/send.ts",
    find: "if (!this.#mayRead(message))",
    replace: "if (!this.#mayRead(message) && !message)",
    caughtBy: "mechanisms",
  },
  {
    without: "the claim before a send",
    file: "bot/send.ts",
    find: "if (!(await this.#claims.add(ready))) {",
    replace: "if (!ready) {",
    caughtBy: "crash-points",
  },
  {
    without: "storing before acknowledging",
    file: "bot/core.ts",
    find: "await database.inbound.store(\n      updates.map((update) => receivedUpdate(database, identity, channel, update)),\n    );",
    replace:
      "void database.inbound.store(\n      updates.map((update) => receivedUpdate(database, identity, channel, update)),\n    ).catch(() => undefined);",
    caughtBy: "crash-points",
  },
  {
    without: "the order of a line",
    file: "models/messages.ts",
    find: "    (a.queued ?? 0) - (b.queued ?? 0) ||\n",
    replace: "    (b.queued ?? 0) - (a.queued ?? 0) ||\n",
    caughtBy: "history",
  },
];
