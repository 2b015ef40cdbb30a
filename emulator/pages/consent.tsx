/** The one consent card of all simulated networks: who is signed in, what the app asks, Approve or Refuse. Needs no script. */
import type { Account } from "../network.ts";
import { SimulatedPage } from "./page.tsx";

export interface ConsentProps {
  /** "X", "mastodon.localhost". */
  readonly network: string;
  readonly appName: string;
  /** What is asked and cannot be unticked, in plain words: "See your name and picture". */
  readonly asks: readonly string[];
  /** What the person may untick; the ticked ones are posted as `permission`. */
  readonly permissions?: readonly { readonly name: string; readonly words: string }[];
  /** The pages among which the person picks; the ticked ones are posted as `page`. */
  readonly pages?: readonly { readonly id: string; readonly name: string }[];
  /** Signed in as one of these; several are offered to choose from. Show who they are by `handle`. */
  readonly accounts: readonly (Pick<Account, "id" | "displayName"> & { handle: string; avatarUrl: string })[];
  /** The account that is chosen at first. Default: the first. */
  readonly chosenId?: string | undefined;
  /** Nobody is chosen at first, as after signing out. */
  readonly chooseAnew?: boolean | undefined;
  /** Path that the form is posted to, with `account` (its id) and `decision` ("approve" or "refuse"). */
  readonly action: string;
  /** What the network wants back with the decision. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where the answer will lead. */
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
            <legend>You may leave out</legend>
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

/** A page in place of the way back: for requests that may not be sent back to the app, and for what only the person shall read. */
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
