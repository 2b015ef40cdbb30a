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
      <h1>
        <T>You are offline</T>
      </h1>
      <p>
        <T>Nothing is lost: what you wrote is kept in this browser and is here again once you are online.</T>
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
    </Layout>,
  );
}
