/**
 * <share-button>: the share button for any page. It tracks nobody and sends no request before it is pressed, except for the
 * number of shares with the attribute `counts`. Its menu lies above everything, so that nothing around it cuts it off. docs/button.md explains its use and styling.
 */
const HOME = new URL("/", import.meta.url);

const WORDS = {
  en: [
    "Share",
    "More ways to share",
    "Copy link",
    "Link copied",
    "Could not copy the link",
    "Share with an app…",
    "opens in a new tab",
    "shares",
  ],
  de: [
    "Teilen",
    "Weitere Möglichkeiten zum Teilen",
    "Link kopieren",
    "Link kopiert",
    "Der Link konnte nicht kopiert werden",
    "Mit einer App teilen …",
    "öffnet einen neuen Tab",
    "geteilt",
  ],
  fr: [
    "Partager",
    "Autres façons de partager",
    "Copier le lien",
    "Lien copié",
    "Impossible de copier le lien",
    "Partager avec une application…",
    "ouvre un nouvel onglet",
    "partages",
  ],
  es: [
    "Compartir",
    "Más formas de compartir",
    "Copiar enlace",
    "Enlace copiado",
    "No se pudo copiar el enlace",
    "Compartir con una aplicación…",
    "se abre en una pestaña nueva",
    "veces compartido",
  ],
};

const STYLE = `
:host{display:inline-flex;position:relative;vertical-align:middle;font:var(--share-button-font,inherit)}
:host([hidden]),[hidden]{display:none!important}
a,button{display:inline-flex;gap:.5em;align-items:center;box-sizing:border-box;min-block-size:var(--share-button-size,2.75em);padding:.25em 1em;
border:1px solid var(--share-button-border,color-mix(in srgb,currentColor 35%,transparent));background:var(--share-button-background,transparent);
color:var(--share-button-color,inherit);font:inherit;line-height:1.2;text-decoration:none;cursor:pointer}
a{border-start-start-radius:var(--share-button-radius,.5em);border-end-start-radius:var(--share-button-radius,.5em)}
.more{padding-inline:.6em;border-inline-start:0;border-start-end-radius:var(--share-button-radius,.5em);border-end-end-radius:var(--share-button-radius,.5em)}
a:hover,button:hover{background:var(--share-button-hover,color-mix(in srgb,currentColor 8%,var(--share-button-background,transparent)))}
:focus-visible{outline:2px solid;outline-offset:2px;z-index:1}
svg{inline-size:1.1em;block-size:1.1em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.count:empty{display:none}
.menu{position:absolute;z-index:10;inset-block-start:calc(100% + .25em);inset-inline-start:0;min-inline-size:100%;inline-size:max-content;max-inline-size:80vw;
padding:.25em;box-sizing:border-box;border:1px solid color-mix(in srgb,CanvasText 25%,transparent);border-radius:var(--share-button-radius,.5em);
background:var(--share-button-menu-background,Canvas);color:var(--share-button-menu-color,CanvasText);box-shadow:0 .25em 1em rgb(0 0 0/.2)}
.menu[popover]{position:fixed;inset:auto;margin:0;min-inline-size:0;max-block-size:80vh;overflow:auto}
.menu :is(a,button){inline-size:100%;border-color:transparent;background:none;color:inherit;border-radius:.35em;text-align:start}
.said{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

const meta = (name) =>
  document.querySelector(`meta[property="${name}"],meta[name="${name}"]`)?.content.trim();

class ShareButton extends HTMLElement {
  static observedAttributes = ["url", "title", "description", "image", "label", "lang", "counts", "ways"];

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#update();
    this.#count();
  }

  disconnectedCallback() {
    this.#show(false);
  }

  #outside = (event) => {
    if (!event.composedPath().includes(this)) this.#show(false);
  };

  attributeChangedCallback(name) {
    if (!this.shadowRoot) return;
    this.#update();
    if (name === "url" || name === "counts") this.#count();
  }

  /** The page to share: from the attributes, else from the tags of the page around the button. */
  get page() {
    const url =
      this.getAttribute("url") || document.querySelector("link[rel~=canonical]")?.href || location.href;
    const own = !this.getAttribute("url");
    const read = (name, otherwise) => this.getAttribute(name) || (own && otherwise()) || "";
    const absolute = (address) =>
      address && URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : "";
    return {
      url: absolute(url).split("#")[0],
      title: read("title", () => meta("og:title") || document.title),
      description: read("description", () => meta("og:description") || meta("description")),
      image: absolute(read("image", () => meta("og:image"))),
    };
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.link = make("a", { part: "link", target: "_blank", rel: "noopener" });
    this.label = make("span", { part: "label" });
    this.count = make("span", { part: "count", class: "count" });
    this.link.append(
      icon(
        "M18 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6M6 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6M18 16a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8.6 10.5l6.8-4M8.6 13.5l6.8 4",
      ),
      this.label,
      this.count,
    );
    this.more = make("button", {
      part: "more",
      class: "more",
      type: "button",
      "aria-expanded": "false",
      "aria-controls": "menu",
    });
    this.more.append(icon("m6 9 6 6 6-6"));
    this.menu = make("div", { part: "menu", class: "menu", id: "menu", hidden: "" });
    this.copy = make("button", { part: "item copy", type: "button" });
    this.app = make("button", { part: "item app", type: "button" });
    this.copy.hidden = !navigator.clipboard;
    this.app.hidden = !navigator.share;
    this.ways = make("div", { part: "ways" });
    this.menu.append(this.copy, this.app, this.ways);
    this.said = make("span", { class: "said", role: "status" });
    root.append(this.link, this.more, this.menu, this.said);

    // The page around may have changed, so update the link before it is used.
    for (const type of ["pointerdown", "focusin"]) this.link.addEventListener(type, () => this.#update());
    this.more.addEventListener("click", () => this.#show(this.menu.hidden));
    this.copy.addEventListener("click", () => this.#copy());
    this.app.addEventListener("click", () => this.#share());
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      this.#show(false);
      this.more.focus();
    });
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.contains(relatedTarget)) this.#show(false);
    });
  }

  #update() {
    const [share, more, copy, , , app, newTab, shares] = this.words;
    const { page } = this;
    const label = this.getAttribute("label") || share;
    const address = new URL("social/share/", HOME);
    // Texts may be shortened, as Sharewell does; addresses may not.
    for (const name of ["url", "image"]) if (page[name]) address.searchParams.set(name, page[name]);
    for (const name of ["title", "description"])
      if (page[name]) address.searchParams.set(name, page[name].slice(0, 1_000));
    this.link.href = address.href;
    this.label.textContent = label;
    const title = this.getAttribute("title") ? `: ${page.title}` : "";
    const count = this.count.textContent && `, ${shares}: ${this.count.textContent}`;
    this.link.setAttribute("aria-label", `${label}${title}${count} (${newTab})`);
    this.more.setAttribute("aria-label", more);
    this.more.hidden = this.copy.hidden && this.app.hidden && !this.hasAttribute("ways");
    if (!this.menu.hidden) this.#list();
    this.copy.textContent = copy;
    this.app.textContent = app;
  }

  get language() {
    const language = (this.closest("[lang]")?.lang || navigator.language || "en").slice(0, 2).toLowerCase();
    return WORDS[language] ? language : "en";
  }

  get words() {
    return WORDS[this.language];
  }

  #show(shown) {
    if (this.menu.hidden !== shown) return;
    this.menu.hidden = !shown;
    this.more.setAttribute("aria-expanded", String(shown));
    document[shown ? "addEventListener" : "removeEventListener"]("pointerdown", this.#outside);
    for (const type of ["scroll", "resize"])
      window[shown ? "addEventListener" : "removeEventListener"](type, this.#place, true);
    if (this.menu.togglePopover && this.isConnected) {
      this.menu.popover = "manual";
      this.menu.togglePopover(shown);
    }
    if (!shown) return;
    this.#list();
    this.#place();
    this.menu.querySelector("button:not([hidden]),a")?.focus();
  }

  /** Below the button or, where there is no room, above it, and always within the window. */
  #place = () => {
    const { menu } = this;
    const button = this.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const { clientWidth, clientHeight } = document.documentElement;
    const left = getComputedStyle(this).direction === "rtl" ? button.right - width : button.left;
    const above = button.bottom + 4 + height > clientHeight && button.top - 4 - height > 0;
    menu.style.left = `${Math.max(0, Math.min(left, clientWidth - width))}px`;
    menu.style.top = `${above ? button.top - 4 - height : button.bottom + 4}px`;
  };

  /** With `ways`: the networks' own pages to share on. Their script is loaded when the menu is first opened. */
  async #list() {
    const names = this.getAttribute("ways");
    if (names === null) return this.ways.replaceChildren();
    const newTab = this.words[6];
    const { listWays } = await import(new URL("button-ways.js", HOME)).catch(() => ({}));
    listWays?.(this.ways, { page: this.page, names, newTab, language: this.language });
    this.#place();
  }

  async #copy() {
    const [, , , copied, failed] = this.words;
    this.said.textContent = "";
    const isCopied = await navigator.clipboard.writeText(this.page.url).then(
      () => true,
      () => false,
    );
    this.said.textContent = this.copy.textContent = isCopied ? copied : failed;
    setTimeout(() => this.#update(), 4_000);
  }

  async #share() {
    const { url, title, description } = this.page;
    this.#show(false);
    this.more.focus();
    // Cancelling the share sheet is not an error.
    await navigator.share({ url, title, text: description }).catch(() => {});
  }

  async #count() {
    this.count.textContent = "";
    if (!this.hasAttribute("counts")) return;
    const address = new URL("api/v1/pages", HOME);
    address.searchParams.set("url", this.page.url);
    const answer = await fetch(address, { credentials: "omit" })
      .then((response) => response.json())
      .catch(() => ({}));
    if (answer.total > 0) {
      this.count.textContent = answer.total.toLocaleString(this.closest("[lang]")?.lang || undefined);
      this.#update();
    }
  }
}

function make(name, attributes) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function icon(path) {
  const element = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const svg = element("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(element("path", { d: path }));
  return svg;
}

if (!customElements.get("share-button")) customElements.define("share-button", ShareButton);
