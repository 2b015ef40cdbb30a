/** The passkeys in the settings. */
import type { Passkey } from "../../../people/passkeys.ts";
import { Moment } from "../time.tsx";

interface PasskeysProps {
  readonly passkeys: readonly Passkey[];
  readonly zone: string | undefined;
}

export function Passkeys({ passkeys, zone }: PasskeysProps) {
  return (
    <section class="card" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p class="quiet">
        Sign in with your fingerprint, your face or your device’s PIN. Nobody can guess or steal it.
      </p>
      {passkeys.length > 0 && (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <li>
              <p>
                <strong>{passkey.name || "A passkey"}</strong>{" "}
                <span class="quiet">
                  {passkey.isSynced ? "On your devices, " : "On one device, "}
                  added <Moment at={passkey.createdAt} zone={zone} />
                </span>
              </p>
              <form method="post" action={`/account/passkeys/${passkey.id}/remove/`}>
                <button class="button small" type="submit">
                  Remove<span class="unseen">{` ${passkey.name || "this passkey"}`}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form
        class="form in-line"
        data-passkey="add"
        data-failed="That did not work. Try again."
        data-known="This device has a passkey for you already."
        hidden
      >
        <label>
          A name for it
          <input type="text" name="name" maxlength={60} placeholder="My phone" autocomplete="off" />
        </label>
        <button class="button" type="submit">
          Add a passkey
        </button>
        <p class="note bad" role="alert" hidden />
      </form>
      <p class="note quiet" data-without-passkeys>
        Adding one needs JavaScript, and a browser that knows passkeys.
      </p>
    </section>
  );
}
