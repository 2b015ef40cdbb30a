/** What is theirs to take or delete, in the settings. */
export function YourData() {
  return (
    <section class="card" aria-labelledby="your-data">
      <h2 id="your-data">Your data</h2>
      <p class="quiet">Your settings, your accounts and all your shares, as one JSON file.</p>
      <div class="actions">
        <a class="button" href="/account/data.json" download>
          Download my data
        </a>
        <a class="button danger" href="/account/delete/">
          Delete my account
        </a>
      </div>
    </section>
  );
}
