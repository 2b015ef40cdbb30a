/** Shows the emails that a demo would have sent. */
import { Hono } from "hono";
import { html } from "hono/html";
import { type Listening, listen } from "../site/server.ts";

export interface OutboxMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** @param mails read again for each request @throws {PortUnavailable} */
export async function startOutbox(
  mails: readonly OutboxMail[],
  listening: Listening,
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const pages = new Hono().get("/", (context) => context.html(outboxPage(mails)));
  const { port, stop } = await listen(pages, listening, "Outbox");
  return { address: `http://${listening.host}:${port}/`, stop };
}

function outboxPage(mails: readonly OutboxMail[]) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Outbox</title>
    <link rel="icon" href="data:,">
    <style>
      :root { color-scheme: light dark }
      body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem; font: 1.0625rem/1.6 system-ui, sans-serif }
      article { margin-block: 1.25rem; padding: 1.25rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 10px }
      h2 { margin: 0; font-size: 1.1rem }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 0.95rem/1.5 ui-monospace, monospace }
    </style>
  </head>
  <body>
    <h1>Outbox</h1>
    <p>The emails that this demo would have sent. None of them leaves this machine.</p>
    ${mails.length === 0 ? html`<p>No email yet. Request a sign-in link, then reload this page.</p>` : ""}
    ${mails.map((mail) => html`<article><h2>${mail.subject}</h2><p>To ${mail.to}</p><pre>${linked(mail.text)}</pre></article>`)}
  </body>
</html>`;
}

function linked(text: string) {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));
}
