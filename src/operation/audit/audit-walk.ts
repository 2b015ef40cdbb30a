/** Walks the chain of events from beginning to end and reports the first thing that does not hold. */
import {
  BEGINNING,
  digestDetails,
  type Head,
  hashEvent,
  type Place,
  type UnchainedEvent,
} from "./audit-chain.ts";

/** An event with its position and hash. */
export interface SealedEvent extends UnchainedEvent, Place {
  readonly salt: string | null;
  readonly digest: string | null;
  readonly hash: string | null;
}

type Problem =
  /** Its columns do not match its hash, or its hash does not follow the event before it. */
  | "changed"
  | "missing"
  /** It is much older than the event before it. */
  | "inserted"
  /** It has half a position, or another event's. */
  | "stray"
  /** The events before the first one are missing. */
  | "beginning"
  /** The last event of the day differs from the recorded head. */
  | "end"
  /** It differs from the head that the operator kept. */
  | "not-noted"
  /** The chain ends before the head that the operator kept. */
  | "cut"
  /** It was erased although its person did not leave. */
  | "erased"
  /** Earlier events are marked as removed by age, but no event records that. */
  | "taken-out";

export interface Finding extends Place {
  readonly problem: Problem;
  /** The number of the last missing event if there are several. */
  readonly to?: number;
}

export interface Known {
  /** The recorded heads of the days, in order. */
  readonly heads: readonly Head[];
  readonly noted?: Head | undefined;
  readonly from?: Head | undefined;
}

/** A longer transaction has lost its connection, or a clock was set back. */
const LATE_MICROSECONDS = 3_600_000_000n;

export class AuditWalk {
  events = 0;
  erased = 0;
  /** The event that was checked last. */
  last: Head | undefined;
  #lastAt: bigint | undefined;
  #isNotedSeen: boolean;
  readonly #heads: ReadonlyMap<string, Head>;
  readonly #known: Known;
  /** The first erased event of each person, until the event of their leaving is found. */
  readonly #erasedOf = new Map<string | null, Place>();

  constructor(known: Known) {
    this.#known = known;
    this.#heads = new Map(known.heads.map((head) => [head.day, head]));
    this.last = known.from;
    this.#isNotedSeen = known.noted === undefined || isSame(known.noted, known.from);
  }

  /** Checks the next event, ordered by day and number. @returns what does not hold, if anything */
  step(event: SealedEvent): Finding | undefined {
    const finding =
      this.#findGap(event) ?? this.#findChange(event) ?? this.#findLate(event) ?? this.#findUnnoted(event);
    if (finding !== undefined) return finding;
    this.events += 1;
    this.#lastAt = BigInt(event.at);
    this.last = { day: event.day, sequence: event.sequence, hash: event.hash ?? "" };
    if (event.salt === null) this.#keepErased(event);
    if (event.action === "person.deleted") this.#erasedOf.delete(event.userId);
    return undefined;
  }

  /** Checks what only shows after the last event. */
  end(): Finding | undefined {
    const [erased] = this.#erasedOf.values();
    return (
      this.#findOpenEnd() ??
      this.#findLostDay(undefined) ??
      (erased && { problem: "erased", ...erased }) ??
      (this.#isNotedSeen || this.#known.noted === undefined
        ? undefined
        : { problem: "cut", day: this.#known.noted.day, sequence: this.#known.noted.sequence })
    );
  }

  #findGap({ day, sequence }: Place): Finding | undefined {
    const isSameDay = day === this.last?.day;
    const expected = isSameDay ? (this.last?.sequence ?? 0) + 1 : 1;
    const before = isSameDay ? undefined : (this.#findOpenEnd() ?? this.#findLostDay(day));
    if (before !== undefined) return before;
    if (sequence < expected) return { problem: "stray", day, sequence };
    if (sequence === expected) return undefined;
    if (this.last === undefined) return { problem: "beginning", day, sequence };
    return { problem: "missing", day, sequence: expected, to: sequence - 1 };
  }

  /** Compares the last event of a finished day with the recorded head. */
  #findOpenEnd(): Finding | undefined {
    if (this.last === undefined) return undefined;
    const { day, sequence, hash } = this.last;
    const head = this.#heads.get(day);
    // Heads of events that were removed up to `from` may be gone too.
    if (head === undefined && this.last === this.#known.from) return undefined;
    if (head !== undefined && head.sequence > sequence)
      return { problem: "missing", day, sequence: sequence + 1, to: head.sequence };
    return head?.sequence === sequence && head.hash === hash ? undefined : { problem: "end", day, sequence };
  }

  /** A day with a recorded head but without events. */
  #findLostDay(before: string | undefined): Finding | undefined {
    const lost = this.#known.heads.find(
      ({ day }) => day > (this.last?.day ?? "") && (before === undefined || day < before),
    );
    return lost && { problem: "missing", day: lost.day, sequence: 1, to: lost.sequence };
  }

  #findChange(event: SealedEvent): Finding | undefined {
    const { day, sequence, salt, digest, hash } = event;
    const changed = { problem: "changed", day, sequence } as const;
    const isErased = salt === null && event.subject === "" && event.ipAddress === null;
    if (digest === null || !(isErased || (salt !== null && digestDetails(salt, event) === digest)))
      return changed;
    if (hash === hashEvent(this.last?.hash ?? BEGINNING, event, { ...event, digest })) return undefined;
    return this.last === this.#known.from ? { ...changed, problem: "beginning" } : changed;
  }

  #findLate({ day, sequence, at }: SealedEvent): Finding | undefined {
    const isLate = this.#lastAt !== undefined && BigInt(at) < this.#lastAt - LATE_MICROSECONDS;
    return isLate ? { problem: "inserted", day, sequence } : undefined;
  }

  #findUnnoted(event: SealedEvent): Finding | undefined {
    const { noted } = this.#known;
    if (noted === undefined || !isSame(noted, event)) return undefined;
    this.#isNotedSeen = true;
    const { day, sequence } = event;
    return noted.hash === event.hash ? undefined : { problem: "not-noted", day, sequence };
  }

  #keepErased({ userId, day, sequence }: SealedEvent): void {
    this.erased += 1;
    if (!this.#erasedOf.has(userId)) this.#erasedOf.set(userId, { day, sequence });
  }
}

function isSame(one: Place, other: Place | undefined): boolean {
  return one.day === other?.day && one.sequence === other.sequence;
}
