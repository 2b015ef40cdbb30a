/** The example site's two pages. */
import { html } from "hono/html";

export interface OutboxMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const article = {
  title: "The lighthouse that learned to whisper",
  description:
    "For ninety years Skerry Point shouted into the fog. Then its keeper gave it a quieter voice, and the ships listened.",
} as const;

/** An article as a site's developer would write it: Open Graph data in the head, a share link in the text. */
export function articlePage({ address, sharewell }: { address: string; sharewell: string }) {
  const picture = `${address}lighthouse.png`;
  const share = new URL("social/share/", sharewell);
  share.search = new URLSearchParams({
    url: address,
    title: article.title,
    description: article.description,
    image: picture,
  }).toString();
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${article.title}</title>
    <meta name="description" content="${article.description}">
    <link rel="canonical" href="${address}">
    <meta property="og:type" content="article">
    <meta property="og:site_name" content="Coastal Notes">
    <meta property="og:url" content="${address}">
    <meta property="og:title" content="${article.title}">
    <meta property="og:description" content="${article.description}">
    <meta property="og:image" content="${picture}">
    <meta property="og:image:width" content="1200">
    <meta property="og:image:height" content="630">
    <meta property="og:image:alt" content="A lighthouse on a rock above a calm evening sea">
    <meta name="twitter:card" content="summary_large_image">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <p class="site">Coastal Notes</p>
      <h1>${article.title}</h1>
      <p class="lead">${article.description}</p>
      <img src="/lighthouse.png" width="1200" height="630" alt="A lighthouse on a rock above a calm evening sea">
      <p>The old horn at Skerry Point could be heard eleven miles out. It could also be heard in every kitchen of the village, every four minutes, whenever the fog came in. When the horn cracked in the winter of 1987, the keeper, Ines Farrow, did not order a new one. She wrote to the harbour office and asked what the ships needed to hear.</p>
      <p>Not loudness, it turned out. Direction. Two soft tones, a second apart, from either end of the rock told a helmsman more than one great roar ever had. The village slept. The ships came home.</p>
      <p><a class="share" href="${share.href}" target="_blank" rel="noopener">Share</a></p>
    </main>
  </body>
</html>`;
}

export function outboxPage(mails: readonly OutboxMail[]) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Outbox</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>Outbox</h1>
      <p class="lead">The mails that this demo would have sent. They leave this machine only in your imagination.</p>
      ${mails.length === 0 ? html`<p>No mail yet. Ask for a sign-in link, then reload this page.</p>` : ""}
      ${mails.map((mail) => html`<article class="mail"><h2>${mail.subject}</h2><p>To ${mail.to}</p><pre>${linked(mail.text)}</pre></article>`)}
    </main>
  </body>
</html>`;
}

function linked(text: string) {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));
}
