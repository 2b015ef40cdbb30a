/** The consent form of all simulated networks: the account, the permissions, Approve or Refuse. It needs no script. */
import type { Account } from "../network.ts";
import { SimulatedPage } from "./page.tsx";

export interface ConsentProps {
  /** "X", "mastodon.localhost". */
  readonly network: string;
  readonly appName: string;
  /** Required permissions in plain words: "See your name and picture". */
  readonly asks: readonly string[];
  /** Optional permissions; the ticked ones are posted as `permission`. */
  readonly permissions?: readonly { readonly name: string; readonly words: string }[];
  /** The pages to choose from; the ticked ones are posted as `page`. */
  readonly pages?: readonly { readonly id: string; readonly name: string }[];
  /** The accounts to choose from, shown with their `handle`. */
  readonly accounts: readonly (Pick<Account, "id" | "displayName"> & { handle: string; avatarUrl: string })[];
  /** The preselected account. Default: the first. */
  readonly chosenId?: string | undefined;
  /** Preselects no account, as after signing out. */
  readonly chooseAnew?: boolean | undefined;
  /** The path of the form's POST, with `account` (its id) and `decision` ("approve" or "refuse"). */
  readonly action: string;
  /** Hidden fields, posted with the decision. */
  readonly fields: Readonly<Record<string, string>>;
  /** The host of the redirect after the decision. */
  readonly redirectHost: string;
}

export function ConsentPage(props: ConsentProps) {
  const chosenId = props.chooseAnew ? undefined : (props.chosenId ?? props.accounts[0]?.id);
  return (
    <SimulatedPage title={`Authorise ${props.appName}`} network={props.network}>
      <form class="card consent" method="post" action={props.action}>
        <h1>
          {props.appName} wants to use your {props.network} account
        </h1>
        <fieldset>
          <legend>Signed in as</legend>
          {props.accounts.map((account) => (
            <label class="person">
              <input
                type="radio"
                name="account"
                value={account.id}
                checked={account.id === chosenId}
                required
              />
              <img src={account.avatarUrl} alt="" width="40" height="40" />
              <span>
                <strong>{account.displayName}</strong>
                <span class="quiet">{account.handle}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {props.asks.length > 0 && (
          <>
            <h2>It will be able to</h2>
            <ul class="asks">
              {props.asks.map((ask) => (
                <li>{ask}</li>
              ))}
            </ul>
          </>
        )}
        {props.permissions && props.permissions.length > 0 && (
          <fieldset>
            <legend>Optional permissions</legend>
            {props.permissions.map(({ name, words }) => (
              <label class="tick">
                <input type="checkbox" name="permission" value={name} checked />
                {words}
              </label>
            ))}
          </fieldset>
        )}
        {props.pages && props.pages.length > 0 && (
          <fieldset>
            <legend>Pages</legend>
            {props.pages.map(({ id, name }) => (
              <label class="tick">
                <input type="checkbox" name="page" value={id} checked />
                {name}
              </label>
            ))}
          </fieldset>
        )}
        {Object.entries(props.fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div class="decision">
          <button type="submit" class="main" name="decision" value="approve">
            Approve
          </button>
          <button type="submit" name="decision" value="refuse">
            Refuse
          </button>
        </div>
        <p class="quiet">You will go back to {props.redirectHost}.</p>
      </form>
    </SimulatedPage>
  );
}

/** An error page in place of a redirect, for requests that must not return to the app or texts for the person only. */
export function RefusedPage({
  network,
  title = "This cannot be authorised",
  reason,
}: {
  network: string;
  title?: string;
  reason: string;
}) {
  return (
    <SimulatedPage title={title} network={network}>
      <div class="card consent">
        <h1>{title}</h1>
        <p class="text">{reason}</p>
      </div>
    </SimulatedPage>
  );
}
