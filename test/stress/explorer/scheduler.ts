/**
 * Runs several tasks one step at a time. A step is one statement or one call to a network. After each step the seed
 * chooses which task runs next. So a seed repeats the same interleaving, and a task can pause for as long as all others
 * take: between a network's storing and its answer, or between a lock and its commit.
 *
 * The choice follows probabilistic concurrency testing: each task has a rank, the runnable task with the highest rank
 * runs, and at a few steps the running task gets the lowest rank (Burckhardt and others, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", 2010). Half of these steps are ones that changed something, where it
 * matters most which task is next. One schedule in four chooses any task at each step instead.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Dice } from "../torture/dice.ts";

/**
 * How long to wait for a task that calls neither the database nor a network: it waits for another task of its process.
 */
const GRACE_MS = 40;
/** How long to wait for work elsewhere, such as a process that opens pictures and may have to start first. */
const ELSEWHERE_MS = 3_000;
/** After this time, a statement without a result is suspected to wait for a lock. */
const SUSPICIOUS_MS = 10;
/** The most steps of each sort at which the running task loses its rank, and how late the last of them may be. */
const MOST_FALLS = 3;
const LATEST_FALL = { any: 60, changing: 20 } as const;

interface Task {
  readonly name: string;
  rank: number;
}

interface Parked {
  readonly task: Task;
  goOn(): void;
}

export interface Step<T> {
  operation(): Promise<T>;
  /** Others may see a difference after it. */
  readonly changes: boolean;
  /** What follows takes time outside of the steps, such as a picture that another process opens. */
  leadsElsewhere(value: T): boolean;
  tell(outcome: PromiseSettledResult<T>): Promise<void>;
}

export interface SchedulerParts {
  readonly dice: Dice;
  /** How many statements wait for a lock that another one holds. */
  countLockWaits(): Promise<number>;
}

export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #current = new AsyncLocalStorage<Task>();
  /** By the number of a step, and by that of a step that changes something. */
  readonly #falls: { readonly any: ReadonlySet<number>; readonly changing: ReadonlySet<number> };
  readonly #isFair: boolean;
  #parked: Parked[] = [];
  #running = 0;
  #inFlight = 0;
  /** How many of those in flight waited for a lock when they were last counted. */
  #blocked = 0;
  #steps = { any: 0, changing: 0 };
  #isOn = false;
  /** How many were awaited in vain: they wait for other tasks of their process. */
  #idle = 0;
  readonly #elsewhere = new Set<Task>();
  #news = Promise.withResolvers<void>();
  #lowest = 0;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    const { dice } = parts;
    this.#isFair = dice.next() < 0.25;
    const some = (latest: number) =>
      // Early steps matter more, because most tasks are short.
      Array.from({ length: Math.floor(dice.next() * (MOST_FALLS + 1)) }, () =>
        Math.floor(1 + dice.next() ** 2 * latest),
      );
    this.#falls = { any: new Set(some(LATEST_FALL.any)), changing: new Set(some(LATEST_FALL.changing)) };
  }

  /** The name of the calling task. Undefined outside of any task. */
  get task(): string | undefined {
    return this.#isOn ? this.#current.getStore()?.name : undefined;
  }

  /** Runs all tasks at once, and resolves when the last one is finished. Tasks must not throw. */
  async run(tasks: ReadonlyMap<string, () => Promise<void>>): Promise<void> {
    this.#isOn = true;
    for (const [name, work] of tasks) this.#begin({ name, rank: this.#parts.dice.next() }, work);
    while (this.#running > 0) {
      await this.#untilQuiet();
      const next = this.#choose();
      if (next !== undefined) next.goOn();
      else if (this.#running > 0) await this.#untilNews(GRACE_MS);
    }
    this.#isOn = false;
  }

  /** Outside of any task it is simply done. */
  async step<T>({ operation, changes, leadsElsewhere, tell }: Step<T>): Promise<T> {
    const task = this.#current.getStore();
    if (task === undefined || !this.#isOn) return await operation();
    this.#elsewhere.delete(task);
    const [outcome] = await this.during(async () => {
      const [settled] = await Promise.allSettled([operation()]);
      await tell(settled);
      return [settled] as const;
    });
    this.#steps.any += 1;
    if (changes) this.#steps.changing += 1;
    const { any, changing } = this.#falls;
    if (any.has(this.#steps.any) || (changes && changing.has(this.#steps.changing))) this.#fall(task);
    await this.#park(task);
    if (outcome.status === "rejected") throw outcome.reason;
    if (leadsElsewhere(outcome.value)) this.#elsewhere.add(task);
    return outcome.value;
  }

  /** Awaited, but not a step: nothing can come in between. */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    if (this.task === undefined) return await operation();
    this.#inFlight += 1;
    try {
      return await operation();
    } finally {
      this.#inFlight -= 1;
      this.#tell();
    }
  }

  #begin(task: Task, work: () => Promise<void>): void {
    this.#running += 1;
    void this.#current.run(task, async () => {
      await this.#park(task);
      await work();
      this.#elsewhere.delete(task);
      this.#running -= 1;
      this.#tell();
    });
  }

  #fall(task: Task): void {
    this.#lowest -= 1;
    task.rank = this.#lowest;
  }

  #park(task: Task): Promise<void> {
    return new Promise((goOn) => {
      this.#parked.push({ task, goOn });
      this.#tell();
    });
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers<void>();
  }

  async #untilNews(withinMs: number): Promise<"news" | "none"> {
    const stop = new AbortController();
    const late = pause(withinMs, "none" as const, { signal: stop.signal }).catch(() => "none" as const);
    const came = await Promise.race([this.#news.promise.then(() => "news" as const), late]);
    stop.abort();
    return came;
  }

  /** No task can move: all are parked, finished, or wait for what another one holds. */
  async #untilQuiet(): Promise<void> {
    for (let came: "news" | "none" = "news"; came === "news"; ) {
      await this.#untilBlocked();
      // Tasks that were just woken run first.
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
      if (this.#inFlight > this.#blocked || (this.#inFlight > 0 && this.#parked.length === 0)) continue;
      this.#idle = Math.min(this.#idle, this.#missing);
      const isAwaited = this.#elsewhere.size > 0;
      if (this.#missing <= this.#idle && !isAwaited) break;
      came = await this.#untilNews(isAwaited ? ELSEWHERE_MS : GRACE_MS);
    }
    this.#elsewhere.clear();
    this.#idle = this.#missing;
  }

  /** Tasks that are neither parked nor in a call. */
  get #missing(): number {
    return Math.max(0, this.#running - this.#parked.length - this.#inFlight);
  }

  async #untilBlocked(): Promise<void> {
    while (this.#inFlight > 0) {
      const isSuspicious = this.#inFlight <= this.#blocked;
      if (!isSuspicious && (await this.#untilNews(SUSPICIOUS_MS)) === "news") continue;
      const waits = await this.#parts.countLockWaits();
      this.#blocked = waits >= this.#inFlight ? waits : 0;
      if (this.#blocked > 0) return;
    }
    this.#blocked = 0;
  }

  #choose(): Parked | undefined {
    if (this.#parked.length === 0) return undefined;
    const chosen = this.#isFair ? this.#pickAny() : this.#pickHighest();
    this.#parked = this.#parked.filter((other) => other !== chosen);
    return chosen;
  }

  #pickAny(): Parked {
    const [first, ...others] = this.#parked;
    if (first === undefined) throw new Error("Nobody is parked.");
    return others[Math.floor(this.#parts.dice.next() * this.#parked.length) - 1] ?? first;
  }

  #pickHighest(): Parked {
    return this.#parked.reduce((best, one) => (one.task.rank > best.task.rank ? one : best));
  }
}
