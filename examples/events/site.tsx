/** Harbour Hall, a calendar of events. */
import { raw } from "hono/html";
import { Illustration, Page } from "../site/page.tsx";
import type { Site } from "../site/server.ts";
import { events as calendar, type Event } from "./events.ts";

const name = "Harbour Hall";
const tagline = "What is on by the water this winter.";

export const events: Site<Event> = {
  name,
  folder: import.meta.dirname,
  items: calendar,
  showFront: (origin) => (
    <Page
      site={name}
      title={name}
      description={tagline}
      url={`${origin}/`}
      picture={{ url: `${origin}/pictures/fog-horn-concert.jpg`, alt: "A concert" }}
      type="website"
      about={{ "@type": "WebSite", name, description: tagline }}
    >
      <header class="masthead">
        <h1>{name}</h1>
        <p>{tagline}</p>
      </header>
      <main class="front">
        {calendar.map((event) => (
          <a class="ticket" href={`/${event.slug}/`}>
            <Day at={event.start} />
            <span>
              <strong>{event.title}</strong>
              <span class="quiet">{`${formatTime(event.start)} · ${event.place}`}</span>
            </span>
            <Illustration picture={event.picture} />
          </a>
        ))}
      </main>
    </Page>
  ),
  showItem: (event, { url, picture }, button) => (
    <Page
      site={name}
      title={event.title}
      description={event.description}
      url={url}
      picture={{ url: picture, alt: event.picture.alt }}
      type="website"
      about={{
        "@type": event.kind,
        name: event.title,
        description: event.description,
        image: picture,
        startDate: event.start,
        endDate: event.end,
        eventStatus: "https://schema.org/EventScheduled",
        eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
        location: { "@type": "Place", name: event.place, address: event.street },
        offers: { "@type": "Offer", price: event.price, priceCurrency: "EUR", url },
        organizer: { "@type": "Organization", name },
      }}
    >
      <main class="event">
        <p class="back">
          <a href="/">{name}</a>
        </p>
        <Illustration picture={event.picture} />
        <div class="head">
          <Day at={event.start} />
          <h1>{event.title}</h1>
        </div>
        <p class="lead">{event.description}</p>
        <dl>
          <dt>When</dt>
          <dd>{`${formatDay(event.start)}, ${formatTime(event.start)} to ${formatTime(event.end)}`}</dd>
          <dt>Where</dt>
          <dd>{`${event.place}, ${event.street}`}</dd>
          <dt>Ticket</dt>
          <dd>{event.price === 0 ? "Free" : `€ ${event.price}`}</dd>
        </dl>
        {event.details.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
        <p class="share">
          <span>Better with friends:</span> {raw(button)}
        </p>
      </main>
    </Page>
  ),
};

const zone = "Europe/Berlin";

function Day({ at }: { at: string }) {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Date(at).toLocaleDateString("en-GB", { ...options, timeZone: zone });
  return (
    <time class="day" datetime={at}>
      <span>{part({ month: "short" })}</span>
      <b>{part({ day: "numeric" })}</b>
    </time>
  );
}

function formatDay(at: string): string {
  return new Date(at).toLocaleDateString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: zone,
  });
}

function formatTime(at: string): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}
