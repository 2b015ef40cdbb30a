/** The section of the account settings for downloading and deleting data. */
import { T } from "../frame/words.tsx";

export function YourData() {
  return (
    <section class="card" aria-labelledby="your-data">
      <h2 id="your-data">
        <T>Your data</T>
      </h2>
      <p class="quiet">
        <T>Your settings, accounts and shares in one JSON file.</T>
      </p>
      <div class="actions">
        <a class="button" href="/account/data.json">
          <T>Download my data</T>
        </a>
        <a class="button danger" href="/account/delete/">
          <T>Delete my account</T>
        </a>
      </div>
    </section>
  );
}
