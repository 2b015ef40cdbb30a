/** Our part of the privacy page: what every installation does, with the operator's settings filled in. */
import type { Child } from "hono/jsx";
import { say, type Told } from "../../words/words.ts";
import { Say, T, useWords } from "../frame/words.tsx";
import { type Keeping, Kept } from "./kept.tsx";

interface StatementProps extends Keeping {
  /** The names of the networks that are set up. */
  readonly networks: readonly string[];
  /** The networks that tell us when somebody asks them to delete their data. */
  readonly deletingNetworks: readonly string[];
  /** The name of the sign-in provider, where there is one. */
  readonly provider: string | undefined;
  readonly publicCounts: boolean;
}

/** Shows what is stored, what is handed on, how long it is kept and what people can do about it. */
export function Statement({
  networks,
  deletingNetworks,
  provider,
  publicCounts,
  ...keeping
}: StatementProps) {
  const { t } = useWords();
  return (
    <>
      <p class="lead">
        <T>
          This service shares pages to your social accounts when you ask it to. It shows no advertising,
          measures nobody and sells nothing.
        </T>
      </p>
      <Part title={say("What we store about you")}>
        <Points
          points={[
            say(
              "Your account here: your name, email address, language, time zone, and how you sign in. Passwords and recovery codes are stored only as hashes, the key of your authenticator app is encrypted.",
            ),
            say("Where you are signed in: the browser, its IP address, and when."),
            say(
              "The accounts that you connect: their name, handle and id, the address of their picture, and what you allowed us to do. The access that a network gives us is encrypted.",
            ),
            say(
              "What you share: the page’s address, title, description and picture, your message, the pictures that you add, without what cameras write into them, the accounts, the time, what the network answered, and the link to the post.",
            ),
            say("What you write and have not shared yet: your drafts, with the page and what you chose."),
            say(
              "A record of sign-ins, connections, shares and changes of settings, with the time and the IP address, and of attempts that were refused. It is there to detect misuse.",
            ),
          ]}
        />
      </Part>
      <Part title={say("What others receive")}>
        <ul class="bullets">
          <li>
            {networks.length === 0
              ? t(
                  "The network that you choose for a share receives your message, the page’s address and, where it needs them, the page’s title, description and picture. After that, its own privacy policy applies.",
                )
              : t(
                  "The network that you choose for a share ({networks}) receives your message, the page’s address and, where it needs them, the page’s title, description and picture. After that, its own privacy policy applies.",
                  { networks },
                )}
          </li>
          <li>
            <T>
              Networks that you do not choose receive nothing. We ask a network only for what posting needs,
              and read there only whether a post of ours exists.
            </T>
          </li>
          <li>
            <T>
              Your browser loads the pictures of accounts from their networks, which see its IP address, but
              not the page that you are on.
            </T>
          </li>
          <li>
            <T>The site of a page that you share is visited by our server. It does not learn who you are.</T>
          </li>
          {provider !== undefined && (
            <li>
              {t(
                "If you sign in with {provider}, it learns when you do so. From it we take your name, your email address and the id that you have there.",
                {
                  provider,
                },
              )}
            </li>
          )}
          {publicCounts && (
            <li>
              <T>Anyone can look up how often a page was shared on each network. No names are part of it.</T>
            </li>
          )}
          <li>
            <T>
              A share button on another site sets no cookie. We learn of you only once you press it and sign
              in.
            </T>
          </li>
        </ul>
      </Part>
      <Part title={say("How long we keep it")}>
        <Kept {...keeping} />
      </Part>
      <Part title={say("Cookies")}>
        <Points
          points={[
            say("One keeps you signed in: for 30 days after you were last here, or until you sign out."),
            say(
              "One remembers, for 400 days, that you have signed in with this browser before, so that we can warn you of others. If you choose so, another one spares you the code of two-step sign-in for 30 days.",
            ),
            say(
              "One holds your browser’s time zone for a year, so that times are shown in it. Where you ask for it, one remembers the server that you typed for 400 days.",
            ),
            say("A few last for minutes, while you sign in, connect an account or confirm a change."),
            say("What you are writing also stays in its tab, until you share it or sign out."),
          ]}
        />
      </Part>
      <Part title={say("What you can do")}>
        <Points
          points={[
            say("See, correct and download everything that we store about you: on the page “Your account”."),
            say(
              "Disconnect an account: we delete its access at once and end it at the network. Your history stays.",
            ),
            say(
              "Delete your account here with all of its data. Only the record of what was done stays, with a random id in place of your name. Your posts stay on their networks; delete them first if you want them gone.",
            ),
            ...(deletingNetworks.length === 0
              ? []
              : [
                  say(
                    "Remove this service in the settings of {networks}, or ask for the deletion of your data there: the network tells us, and we delete what we have from it.",
                    { networks: deletingNetworks },
                  ),
                ]),
            say(
              "In many countries you can also object to the use of your data, have it restricted, and complain to a data protection authority.",
            ),
          ]}
        />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: Told; children: Child }) {
  return (
    <section class="stack">
      <h2>
        <Say told={title} />
      </h2>
      {children}
    </section>
  );
}

function Points({ points }: { points: readonly Told[] }) {
  return (
    <ul class="bullets">
      {points.map((point) => (
        <li>
          <Say told={point} />
        </li>
      ))}
    </ul>
  );
}
