/**
 * Runs several tasks one step at a time. A step is one statement or one call to a network; after each of them the seed
 * says who goes on. So a seed plays the same interleaving again, and a task can stand still for as long as all others
 * take: between what a network stored and its answer, between a lock and its commit.
 *
 * Who goes on is decided as in probabilistic concurrency testing: each task has a rank, the highest that can goes on,
 * and at a few steps whoever runs falls behind all others (Burckhardt and others, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", 2010). Half of these are steps that changed something: there it matters
 * most who comes next. One schedule in four picks anybody at each step instead.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Dice } from "../torture/dice.ts";

/** So long somebody who neither asks the database nor a network is waited for: they wait for another of their process. */
const GRACE_MS = 40;
/** And whoever is at work elsewhere: a process that opens pictures may have to start first. */
const ELSEWHERE_MS = 3_000;
/** After that a statement that has not come back is suspected to wait for a lock. */
const SUSPICIOUS_MS = 10;
/** At most so many steps of each sort in which whoever runs falls behind, and how late the last of them comes. */
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
  /** What follows takes its time outside of the steps, such as a picture that another process opens. */
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
  /** Of those in flight, how many waited for a lock when they were last counted. */
  #blocked = 0;
  #steps = { any: 0, changing: 0 };
  #isOn = false;
  /** So many were waited for in vain: they wait for others of their process. */
  #idle = 0;
  readonly #elsewhere = new Set<Task>();
  #news = Promise.withResolvers<void>();
  #lowest = 0;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    const { dice } = parts;
    this.#isFair = dice.next() < 0.25;
    const some = (latest: number) =>
      // Early steps matter more: most tasks are short.
      Array.from({ length: Math.floor(dice.next() * (MOST_FALLS + 1)) }, () =>
        Math.floor(1 + dice.next() ** 2 * latest),
      );
    this.#falls = { any: new Set(some(LATEST_FALL.any)), changing: new Set(some(LATEST_FALL.changing)) };
  }

  /** The name of the task that asks; undefined outside of any. */
  get task(): string | undefined {
    return this.#isOn ? this.#current.getStore()?.name : undefined;
  }

  /** Does all of it at once, and resolves when the last one is over. What a task throws is its own affair: it may not. */
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

  /** Outside of any task it is just done. */
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

  /** Waited for, but no step: nothing can come in after it. */
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

  /** Nobody moves: all are parked, over, or wait for what another one holds. */
  async #untilQuiet(): Promise<void> {
    for (let came: "news" | "none" = "news"; came === "news"; ) {
      await this.#untilBlocked();
      // Whoever was woken has its say first.
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

  /** Tasks that are neither parked nor ask for something. */
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
