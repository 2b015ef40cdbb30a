/** The page that an installed app shows without a connection. It says nothing about anybody, since browsers keep it. */
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

/** GET /offline/ */
export function showOffline(c: WebContext) {
  return show(
    c,
    <Layout
      title={say("You are offline")}
      shape="dialog"
      head={<script src={assetPath("offline.js")} type="module" />}
    >
      <div class="stack" data-offline>
        <h1>
          <T>You are offline</T>
        </h1>
        <p>
          <T>
            Nothing is lost: what you wrote is kept in this browser and is here again once you are online.
          </T>
        </p>
        <div class="kept" hidden>
          <h2>
            <T>What you were about to share</T>
          </h2>
          <p class="kept-words" dir="auto"></p>
        </div>
        <div class="actions">
          <a class="button primary" href="/social/new/" data-again>
            <T>Try again</T>
          </a>
        </div>
      </div>
      <Unsent />
    </Layout>,
  );
}

/** Takes the place of the rest where a form could not be sent. A script fills it in, and offers to send the form once more. */
function Unsent() {
  return (
    <form class="form" method="post" data-unsent hidden>
      <h1>
        <T>Not shared yet</T>
      </h1>
      <p>
        <T>
          The service could not be reached. What you wrote is kept, and nothing is shared by itself. Try again
          as often as you like: nothing is posted twice.
        </T>
      </p>
      <div class="unsent" hidden>
        <h2>
          <T>What you wrote</T>
        </h2>
        <p class="kept-words" dir="auto"></p>
      </div>
      <div class="actions">
        <button class="button primary" type="submit">
          <T>Try again</T>
        </button>
        <a class="button" href="/social/new/">
          <T>Back to the form</T>
        </a>
      </div>
    </form>
  );
}
