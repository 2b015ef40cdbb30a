/** The passkeys section of the account settings. */
import type { Passkey } from "../../people/second-factor/passkeys.ts";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import { ProveFirst } from "./prove-first.tsx";

interface PasskeysProps {
  readonly passkeys: readonly Passkey[];
  /** The name typed for a new passkey before the person confirmed who they are. */
  readonly typed: string | undefined;
  readonly zone: string | undefined;
  readonly isPossible: boolean;
  /** Whether the person's email address is verified. */
  readonly isProven: boolean;
}

export function Passkeys({ passkeys, typed, zone, isPossible, isProven }: PasskeysProps) {
  const { t } = useWords();
  return (
    <section class="card" aria-labelledby="passkeys">
      <h2 id="passkeys">
        <T>Passkeys</T>
      </h2>
      <p class="quiet">
        <T>
          Sign in with your fingerprint, your face or your device’s PIN. Nobody can guess or steal a passkey.
        </T>
      </p>
      {passkeys.length > 0 && (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <li>
              <p>
                <strong>{passkey.name || t("A passkey")}</strong>{" "}
                <span class="quiet">
                  <T
                    where={passkey.isSynced ? "several" : "one"}
                    moment={<Moment at={passkey.createdAt} zone={zone} />}
                  >
                    {"{where, select, one {On one device} other {On your devices}}, added {moment}"}
                  </T>
                </span>
              </p>
              <form method="post" action={`/account/passkeys/${passkey.id}/remove/`}>
                <button class="button small" type="submit">
                  <T>Remove</T>
                  <span class="unseen">{` ${passkey.name || t("this passkey")}`}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {!isProven && <ProveFirst />}
      {isProven && isPossible && (
        <>
          <form
            class="form in-line"
            data-passkey="add"
            data-failed={t("That did not work. Try again.")}
            data-known={t("This device already has a passkey for you.")}
            hidden
          >
            <label>
              <T>Name of the passkey</T>
              <input
                type="text"
                name="name"
                value={typed}
                maxlength={60}
                placeholder={t("My phone")}
                autocomplete="off"
              />
            </label>
            <button class="button" type="submit">
              <T>Add a passkey</T>
            </button>
            <p class="note bad" role="alert" hidden />
          </form>
          <p class="note quiet" data-without-passkeys>
            <T>To add a passkey, you need JavaScript and a browser that supports passkeys.</T>
          </p>
        </>
      )}
      {!isPossible && (
        <p class="note quiet">
          <T>Passkeys need a host name, but this service has only an IP address.</T>
        </p>
      )}
    </section>
  );
}
