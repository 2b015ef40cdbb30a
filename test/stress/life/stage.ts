/** A worker whose delivery pauses at a named moment, continues to the next one, or dies there. */
import pg from "pg";
import type { Runtime } from "../../../src/service/runtime.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";

/** Where a delivery can pause: around its own statements. */
const moments = {
  claimed: { side: "after", what: /update "social_shares" set "lease_id" = / },
  "about to pass the fence": { side: "before", what: /update "social_shares" .*"sent_at" = /s },
  fenced: { side: "after", what: /update "social_shares" .*"sent_at" = /s },
  "about to settle": { side: "before", what: /insert into "share_attempts"/ },
} as const;
type Moment = keyof typeof moments;

export interface Stage {
  /** Starts a delivery, and lets it run until it is there. */
  begin(shareId: string, until: Moment): Promise<void>;
  /** Lets the delivery run until it is there, or to its end. */
  goOn(until?: Moment): Promise<void>;
  /** The process ends: nothing more of the delivery reaches the database or the network. */
  die(): Promise<void>;
}

export function setStage({ runtime }: { readonly runtime: Runtime }): Stage {
  let isDead = false;
  let stop: { moment: Moment; reached(): void; opened: Promise<void> } | undefined;
  let open = () => {};
  let delivery: Promise<unknown> = Promise.resolve();
  const pool: unknown = Reflect.get(runtime.database, "$client");
  if (!(pool instanceof pg.Pool)) throw new Error("The database has no pool of its own.");
  const query: (...parameters: unknown[]) => unknown = pool.query.bind(pool);

  const stand = async (side: "before" | "after", text: string) => {
    const here = stop;
    if (here !== undefined && moments[here.moment].side === side && moments[here.moment].what.test(text)) {
      stop = undefined;
      here.reached();
      await here.opened;
    }
    if (isDead) throw new Error("The process ended.");
  };
  Object.assign(pool, {
    query: async (...parameters: unknown[]) => {
      const [statement] = parameters;
      const isNamed = typeof statement === "object" && statement !== null && "text" in statement;
      const text = isNamed ? String(statement.text) : String(statement);
      await stand("before", text);
      const answer = await query(...parameters);
      await stand("after", text);
      return answer;
    },
  });

  const until = async (moment: Moment | undefined) => {
    const release = open;
    if (moment === undefined) {
      release();
      await delivery;
      return;
    }
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    stop = { moment, reached: reached.resolve, opened: opened.promise };
    open = opened.resolve;
    release();
    await Promise.race([reached.promise, delivery.then(() => missed(moment))]);
  };
  return {
    begin: async (shareId, moment) => {
      open = () => {
        delivery = deliver(runtime, shareId);
      };
      await until(moment);
    },
    goOn: until,
    die: async () => {
      isDead = true;
      open();
      await delivery.catch(() => {});
      isDead = false;
    },
  };
}

function missed(moment: Moment): never {
  throw new Error(`The delivery ended before it was ${moment}.`);
}
