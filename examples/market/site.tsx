/** Driftwood Market, a shop. */
import { raw } from "hono/html";
import { Illustration, Page } from "../site/page.tsx";
import type { Site } from "../site/server.ts";
import { type Good, goods } from "./goods.ts";

const name = "Driftwood Market";
const tagline = "Useful things, made slowly, by people we know.";

export const market: Site<Good> = {
  name,
  folder: import.meta.dirname,
  items: goods,
  usesComponent: true,
  showFront: (origin) => (
    <Page
      site={name}
      title={name}
      description={tagline}
      url={`${origin}/`}
      picture={{ url: `${origin}/pictures/harbour-cups.jpg`, alt: "Three cups" }}
      type="website"
      about={{ "@type": "Store", name, description: tagline }}
    >
      <header class="masthead">
        <h1>{name}</h1>
        <p>{tagline}</p>
      </header>
      <main class="front">
        {goods.map((good) => (
          <a class="good" href={`/${good.slug}/`}>
            <Illustration picture={good.picture} />
            <span class="words">
              <strong>{good.title}</strong>
              <span>{formatPrice(good.price)}</span>
              <span class="quiet">{good.maker}</span>
            </span>
          </a>
        ))}
      </main>
    </Page>
  ),
  showItem: (good, { url, picture }, button) => (
    <Page
      site={name}
      title={good.title}
      description={good.description}
      url={url}
      picture={{ url: picture, alt: good.picture.alt }}
      type="product"
      about={{
        "@type": "Product",
        name: good.title,
        description: good.description,
        image: picture,
        brand: { "@type": "Brand", name: good.maker },
        offers: {
          "@type": "Offer",
          price: good.price,
          priceCurrency: "EUR",
          availability: "https://schema.org/InStock",
          url,
        },
      }}
    >
      <main class="product">
        <p class="back">
          <a href="/">{name}</a>
        </p>
        <div class="sides">
          <Illustration picture={good.picture} />
          <div>
            <p class="quiet">{good.maker}</p>
            <h1>{good.title}</h1>
            <p class="price">{formatPrice(good.price)}</p>
            <p>{good.description}</p>
            <p class="quiet">{`${good.stock} in the shop, sent within two days.`}</p>
            <p class="share">{raw(button)}</p>
          </div>
        </div>
        <h2>The facts</h2>
        <dl>
          {good.facts.map(([fact, value]) => (
            <div>
              <dt>{fact}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <h2>The story</h2>
        <p class="story">{good.story}</p>
      </main>
    </Page>
  ),
};

function formatPrice(euros: number): string {
  return euros.toLocaleString("en", { style: "currency", currency: "EUR", minimumFractionDigits: 0 });
}
