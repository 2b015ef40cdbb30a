/** What a network wants to see before it lets an app in: what to record, and a login for its reviewer. */
import { T, useWords } from "../../frame/words.tsx";

/** Lists the scenes of the recording and the steps to a login, with this service's addresses. */
export function AppReview({ network, baseUrl }: { network: string; baseUrl: URL }) {
  const { t } = useWords();
  const address = (path: string) => <code>{new URL(path, baseUrl).href}</code>;
  return (
    <section class="card guide" aria-labelledby="review">
      <h2 id="review">
        <T>For the review</T>
      </h2>
      <h3>
        <T>What to show in the recording</T>
      </h3>
      <p>
        {t(
          "One recording can serve all permissions. Set your browser to English, record the whole window with its address bar, and pause at each step.",
        )}
      </p>
      <ol>
        <li>
          <T address={address("login/")}>{"Sign in at {address}."}</T>
        </li>
        <li>
          <T address={address("social/")} network={network}>
            {
              "At {address}, connect {network}. Show the whole consent page with every permission, then approve. The account appears with its name and picture."
            }
          </T>
        </li>
        <li>
          <T address={address("admin/sites/")}>
            {
              "Press Share on a page of your site, or on the button at {address}. Choose the account and write a message."
            }
          </T>
        </li>
        <li>
          <T network={network}>
            {"Press Share, wait until “Posted” is shown, and open the post on {network} from there."}
          </T>
        </li>
        <li>
          <T network={network}>{"Open Details, delete the post, and show that it is gone from {network}."}</T>
        </li>
        <li>
          <T address={address("privacy/")}>{"Disconnect the account, then show {address}."}</T>
        </li>
      </ol>
      <h3>
        <T>A login for the reviewer</T>
      </h3>
      <ol>
        <li>
          <T people={<a href="/admin/people/">{t("People")}</a>}>
            {
              "On the page {people}, invite an address of your own that nobody else uses. Open the link in a private window and create the account with a new password."
            }
          </T>
        </li>
        <li>
          <T>
            Leave two-step sign-in off: reviewers cannot receive codes. Do not make the account an operator.
          </T>
        </li>
        <li>
          <T address={address("login/")}>
            {
              "Enter {address}, the email address and the password in the form of the review, and add the steps of the recording as instructions."
            }
          </T>
        </li>
        <li>
          <T people={<a href="/admin/people/">{t("People")}</a>}>
            {"When the review is over, block the account on the page {people}."}
          </T>
        </li>
      </ol>
    </section>
  );
}
