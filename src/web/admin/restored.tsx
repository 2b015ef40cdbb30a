/** The notice that operators see for a week after the database went back to an earlier state. */
import type { LastRestoration } from "../../sharing/delivery/restored.ts";
import { say, type Told } from "../../words/words.ts";
import { Moment } from "../frame/time.tsx";
import { Say, T } from "../frame/words.tsx";

const reasons: Readonly<Record<LastRestoration["sign"], Told>> = {
  copied: say("The database was restored from a backup or copied."),
  promoted: say("Another database server took over."),
  older: say("The database went back to an earlier state."),
  silent: say("Sharewell did not run for several minutes, or a snapshot was restored."),
  slept: say("This machine was suspended for several minutes, or a snapshot was restored."),
  "by-hand": say("“sharewell restored” was run: the database went back to an earlier state."),
};

interface RestoredProps {
  readonly restoration: LastRestoration;
  readonly zone: string | undefined;
}

/** Says how the restoration was noticed, and how many shares are still being checked. */
export function RestoredNotice({ restoration, zone }: RestoredProps) {
  const { sign, noticedAt, since, open, unconfirmed, shares } = restoration;
  return (
    <div class="banner doubt">
      <p>
        <Say told={reasons[sign]} />
      </p>
      <p>
        <T when={<Moment at={noticedAt} zone={zone} />}>{"Noticed {when}."}</T>{" "}
        {since !== null && (
          <T when={<Moment at={since} zone={zone} />}>{"Anything done after {when} may be missing."}</T>
        )}
      </p>
      <p>
        <T shares={shares} open={open} unconfirmed={unconfirmed}>
          {
            "{shares, plural, =0 {No shares were waiting.} one {# share was waiting. Before sending it, we check whether it is already on its network.} other {# shares were waiting. Before sending each one, we check whether it is already on its network.}} {open, plural, =0 {} other {Still to check: #.}} {unconfirmed, plural, =0 {} other {Not confirmed: #.}} We also check the tokens of all accounts."
          }
        </T>
      </p>
    </div>
  );
}
