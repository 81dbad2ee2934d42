import type { EncodableFields } from "./bson/encode.ts";
import { Double } from "./bson/values.ts";
import type { Preparation, Reply } from "./commands/command.ts";
import { Cursors } from "./commands/cursors.ts";
import { type Call, readCall } from "./commands/dispatch.ts";
import { CommandError } from "./errors.ts";
import type { Work } from "./plan/read.ts";
import type { Storage } from "./storage/storage.ts";
import type { Request } from "./wire.ts";

/** How long a read runs before it lets others go first, in milliseconds. */
const SLICE = 4;

/** Takes the answer of a request. */
export type Answer = (fields: EncodableFields) => void;

/** One request on its way. */
interface Task {
  call: Call;
  answer: Answer;
  /** Whether the client is still there. */
  wanted: () => boolean;
  preparation: Preparation | null;
}

/** A task whose work takes several slices, and what happens with its result. */
interface Running<Result> {
  task: Task;
  work: Work<Result>;
  finish(result: Result): void;
}

const ok = new Double(1);

/** Carries out requests: all writes that wait share one transaction, long reads take turns in slices. */
export class Scheduler {
  private readonly storage: Storage;
  private readonly cursors = new Cursors();
  private arrived: Task[] = [];
  private writes: Task[] = [];
  private running: Running<unknown>[] = [];
  private scheduled = false;
  /** The task that waits until it is the only one: nothing else begins. */
  private holder: Task | null = null;
  private idle: (() => void)[] = [];

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** Takes a request; its answer comes in a later turn. */
  submit(request: Request, answer: Answer, wanted: () => boolean): void {
    try {
      const alone = (): boolean => this.alone(task);
      const call = readCall(request, this.storage, this.cursors, alone);
      const task: Task = { call, answer, wanted, preparation: null };
      this.arrived.push(task);
    } catch (error) {
      answer(this.failure(error));
      return;
    }
    this.schedule();
  }

  /** Resolves when nothing is under way. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.idle.push(resolve);
      this.schedule();
    });
  }

  closeIdleCursors(): void {
    this.cursors.closeIdle();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.turn());
  }

  private turn(): void {
    this.scheduled = false;
    if (!this.holder) for (const task of this.arrived.splice(0)) this.start(task);
    if (this.writes.length > 0) this.commit(this.writes.splice(0));
    this.continueRunning();
    if (this.arrived.length > 0 || this.writes.length > 0 || this.running.length > 0) this.schedule();
    else for (const resolve of this.idle.splice(0)) resolve();
  }

  private alone(task: Task): boolean {
    this.holder ??= task;
    return this.holder === task && this.running.length === 1 && this.writes.length === 0;
  }

  private remove(at: number): void {
    const [running] = this.running.splice(at, 1);
    if (running && this.holder === running.task) this.holder = null;
  }

  private start(task: Task): void {
    const { command, invocation } = task.call;
    if (command.kind === "read") {
      this.running.push({
        task,
        work: command.run(invocation),
        finish: (reply) => task.answer(success(reply as Reply)),
      });
    } else if (command.prepare) {
      this.running.push({
        task,
        work: command.prepare(invocation),
        finish: (preparation) => {
          task.preparation = preparation as Preparation;
          this.writes.push(task);
        },
      });
      this.advance(this.running.length - 1);
    } else {
      this.writes.push(task);
    }
  }

  /** Gives every running task a slice. */
  private continueRunning(): void {
    for (let at = 0; at < this.running.length; ) if (!this.advance(at)) at += 1;
  }

  /** Gives one running task a slice; says whether it is over and gone from the list. */
  private advance(at: number): boolean {
    const running = this.running[at];
    if (!running) return false;
    const { task, work } = running;
    if (task.call.command.kind === "read" && !task.wanted()) {
      work.return(undefined);
      this.remove(at);
      return true;
    }
    task.call.invocation.pace.begin(SLICE);
    try {
      const step = work.next();
      if (!step.done) return false;
      this.remove(at);
      running.finish(step.value);
    } catch (error) {
      this.remove(at);
      task.answer(this.failure(error));
    }
    return true;
  }

  /** Runs writes in one transaction and answers them when it is on disk. */
  private commit(tasks: readonly Task[]): void {
    try {
      const replies = this.storage.write(() => tasks.map((task) => this.run(task)));
      tasks.forEach((task, at) => {
        task.answer(replies[at] ?? {});
      });
    } catch {
      // the transaction was undone as a whole: each write again, alone, so that none suffers for another
      for (const task of tasks) task.answer(this.commitAlone(task));
    }
    for (const task of tasks) task.preparation?.done();
  }

  private commitAlone(task: Task): EncodableFields {
    try {
      return this.storage.write(() => this.run(task));
    } catch (error) {
      return this.failure(error);
    }
  }

  /** Runs one write; an error of the command leaves the transaction as it was. */
  private run(task: Task): EncodableFields {
    const { command, invocation } = task.call;
    try {
      return command.kind === "write" ? success(command.run(invocation, task.preparation)) : {};
    } catch (error) {
      if (error instanceof CommandError) return this.failure(error);
      throw error;
    }
  }

  /** The reply to a command that failed. Of an unexpected error only its kind is told, never what it worked on. */
  private failure(error: unknown): EncodableFields {
    const known = error instanceof CommandError ? error : this.unexpected(error);
    return {
      ok: new Double(0),
      errmsg: known.message,
      code: known.code,
      codeName: known.codeName,
      ...known.details,
    };
  }

  private unexpected(error: unknown): CommandError {
    const message = error instanceof Error ? error.message : "";
    const refused = /EIO|Input\/output/i.test(message);
    // a write that fits only in part is reported as a fault of input and output
    if (
      /MDB_MAP_FULL|ENOSPC|No space left|not enough space/i.test(message) ||
      (refused && this.storage.diskIsFull())
    ) {
      return new CommandError("OutOfDiskSpace", "The disk is full: the write was not made");
    }
    if (refused || /EROFS|Read-only/i.test(message)) {
      return new CommandError("InternalError", "The disk refused the write, which was not made");
    }
    return new CommandError(
      "InternalError",
      `An unexpected ${error instanceof Error ? error.name : "error"} ended the command`,
    );
  }
}

function success(reply: Reply): EncodableFields {
  return { ...reply, ok };
}
